import { authRouter } from './auth/router.ts';
import { blocksRouter } from './blocks/router.ts';
import { conversationsRouter } from './conversations/router.ts';
import { groupsRouter } from './groups/router.ts';
import { draftsRouter } from './drafts/router.ts';
import { inboxRouter } from './inbox/router.ts';
import { invitationsRouter } from './invitations/router.ts';
import { scopesOf } from './keys/scopes.ts';
import { mentionsRouter } from './mentions/router.ts';
import { messagesRouter } from './messages/router.ts';
import { pinsRouter } from './pins/router.ts';
import { reactionsRouter } from './reactions/router.ts';
import { savedRouter } from './saved/router.ts';
import { searchRouter } from './search/router.ts';
import { presenceRouter } from './presence/router.ts';
import { threadsRouter } from './threads/router.ts';
import { receiptsRouter } from './receipts/router.ts';
import { settingsRouter } from './settings/router.ts';
import { router } from './trpc.ts';
import { typingRouter } from './typing/router.ts';
import { usersRouter } from './users/router.ts';

/** The whole API. */
export const appRouter = router({
  auth: authRouter,
  users: usersRouter,
  blocks: blocksRouter,
  conversations: conversationsRouter,
  groups: groupsRouter,
  invitations: invitationsRouter,
  messages: messagesRouter,
  mentions: mentionsRouter,
  reactions: reactionsRouter,
  pins: pinsRouter,
  saved: savedRouter,
  settings: settingsRouter,
  drafts: draftsRouter,
  inbox: inboxRouter,
  search: searchRouter,
  presence: presenceRouter,
  threads: threadsRouter,
  receipts: receiptsRouter,
  typing: typingRouter,
});
export type AppRouter = typeof appRouter;

/** Every scope that an API key can have. */
export const scopes: readonly string[] = scopesOf(appRouter._def.procedures);

export type { Context, Services } from './context.ts';
export { scopeOf } from './keys/scopes.ts';
export type { ProcedureMeta, RestOperation } from './rest.ts';
export { MessageWatch } from './messages/schema.ts';
export { PresenceOf } from './presence/schema.ts';
export { ReceiptsWatch } from './receipts/schema.ts';
export { TypingWatch } from './typing/schema.ts';
export { UserProvision } from './users/provision.ts';
export { asParleyError, type ErrorData, errorShapeData, toTRPCError } from './trpc-errors.ts';
export { tracked, type TrackedEnvelope } from '@trpc/server';
