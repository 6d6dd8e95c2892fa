// Everything here runs in a browser and brings no zod: schemas are exported as types only.
export { v7 as newId } from 'uuid';
export { closeCodes } from './close-codes.ts';
export {
  type Action,
  may,
  mayActOn,
  maySetRole,
  mayStepDown,
  permissions,
  type Reach,
} from './conversations/permissions.ts';
export { mergeThreadStates, threadStateAfter, withThreadUnread } from './threads/read.ts';
export { mergeReadStates, readStateAfter, unreadOf } from './conversations/read-state.ts';
export { type ErrorCode, errorTable, type FieldFault, isErrorCode, ParleyError } from './errors.ts';
export { limits } from './limits.ts';
export {
  countMentions,
  isMentioned,
  mayChangeMentions,
  mentionsAbove,
  mentionsAfter,
} from './mentions/unread.ts';
export { oldestProtocolVersion, protocolHeader, protocolVersion } from './protocol-version.ts';
export { isLiveStream, type LiveSink, type LiveStream, push } from './live.ts';
export { areDefault, defaultSettings, forEver, isHidden, isMuted, newerSettings } from './settings/state.ts';
export { Turns } from './turns.ts';
export type * from './auth/export.ts';
export type * from './auth/schema.ts';
export type * from './auth/service.ts';
export type * from './call-limits.ts';
export type * from './blocks/schema.ts';
export type * from './blocks/service.ts';
export type * from './conversations/schema.ts';
export type * from './conversations/service.ts';
export type * from './groups/schema.ts';
export type * from './groups/service.ts';
export type * from './drafts/schema.ts';
export type * from './drafts/service.ts';
export type * from './inbox/events.ts';
export type * from './inbox/service.ts';
export type * from './invitations/schema.ts';
export type * from './invitations/service.ts';
export type * from './keys/holder.ts';
export type * from './mentions/schema.ts';
export type * from './mentions/service.ts';
export type * from './mentions/unread-schema.ts';
export type * from './messages/changes.ts';
export type * from './messages/events.ts';
export type * from './messages/schema.ts';
export type * from './messages/service.ts';
export type * from './pins/schema.ts';
export type * from './pins/service.ts';
export type * from './presence/events.ts';
export type * from './presence/schema.ts';
export type * from './presence/service.ts';
export type * from './threads/place.ts';
export type * from './threads/schema.ts';
export type * from './threads/service.ts';
export type * from './receipts/events.ts';
export type * from './receipts/schema.ts';
export type * from './receipts/service.ts';
export type * from './reactions/events.ts';
export type * from './reactions/schema.ts';
export type * from './reactions/service.ts';
export type * from './saved/schema.ts';
export type * from './saved/service.ts';
export type * from './settings/schema.ts';
export type * from './settings/service.ts';
export type * from './typing/events.ts';
export type * from './typing/schema.ts';
export type * from './typing/service.ts';
export type * from './users/provision.ts';
export type * from './search/schema.ts';
export type * from './search/service.ts';
export type * from './users/schema.ts';
export type * from './users/service.ts';
