import { type ErrorCode, newId } from '@parley/contract';
import type { Actor, World } from './world.ts';

/** What becomes of a call: it is answered, or refused with this code. */
export type Outcome = 'ok' | ErrorCode;

/** One use of a procedure: what each actor calls it with, and what becomes of that. */
export interface Rule {
  /** What it is used for, where there is more than one use. */
  readonly what?: string;
  readonly input?: (world: World, actor: Actor) => object;
  readonly outcomes: Readonly<Record<Actor, Outcome>>;
}

const every = (outcome: Outcome) => ({
  ...{ stranger: outcome, exMember: outcome, member: outcome, admin: outcome, owner: outcome },
  blocked: outcome,
});
const anybody = every('ok');
const members = { ...anybody, stranger: 'NOT_MEMBER', exMember: 'NOT_MEMBER' } as const;
const admins = { ...members, member: 'FORBIDDEN', blocked: 'FORBIDDEN' } as const;
const nobodyInside = { ...admins, admin: 'FORBIDDEN', owner: 'FORBIDDEN' } as const;
/** Of what is found by a message's id: who is no member does not learn that there is one. */
const unseen = { stranger: 'NOT_FOUND', exMember: 'NOT_FOUND' } as const;

const group = ({ groupId }: World) => ({ conversationId: groupId });
const publicGroup = ({ publicId }: World) => ({ conversationId: publicId });
const message = ({ messageId }: World) => ({ messageId });
const thread = (world: World) => ({ ...group(world), rootId: world.messageId });
const said = (content: string) => ({ content, id: newId() });

/** By procedure. One without a rule fails the test. */
export const rules: Readonly<Record<string, readonly Rule[]>> = {
  'auth.register': [
    {
      what: 'with an e-mail address that is taken',
      input: ({ ownersEmail }) => ({ email: ownersEmail, username: 'another', password: newId() }),
      outcomes: every('EMAIL_TAKEN'),
    },
  ],
  'auth.login': [
    {
      input: () => ({ email: 'nobody@example.org', password: 'wrong' }),
      outcomes: every('WRONG_CREDENTIALS'),
    },
  ],
  'auth.refresh': [{ input: () => ({ refreshToken: newId() }), outcomes: every('UNAUTHENTICATED') }],
  'auth.logout': [{ outcomes: anybody }],
  'auth.me': [{ outcomes: anybody }],
  'auth.updateProfile': [{ input: () => ({ displayName: 'New name' }), outcomes: anybody }],
  'auth.changePassword': [
    {
      input: () => ({ currentPassword: 'wrong', newPassword: newId() }),
      outcomes: every('WRONG_CREDENTIALS'),
    },
  ],
  'auth.sessions': [{ outcomes: anybody }],
  'auth.endSession': [
    {
      what: "somebody else's",
      input: ({ other }) => ({ sessionId: other.sessionId }),
      outcomes: every('NOT_FOUND'),
    },
  ],
  'auth.endOtherSessions': [{ outcomes: anybody }],
  'auth.requestPasswordReset': [{ input: () => ({ email: 'nobody@example.org' }), outcomes: anybody }],
  'auth.resetPassword': [
    { input: () => ({ token: newId(), newPassword: newId() }), outcomes: every('INVALID_INPUT') },
  ],
  'auth.requestEmailVerification': [{ input: () => ({ email: 'nobody@example.org' }), outcomes: anybody }],
  'auth.verifyEmail': [{ input: () => ({ token: newId() }), outcomes: every('INVALID_INPUT') }],
  'auth.deleteAccount': [
    { what: 'without the password', input: () => ({}), outcomes: every('WRONG_CREDENTIALS') },
  ],
  'auth.setOnlineStatus': [{ input: () => ({ isOnline: true }), outcomes: anybody }],
  'users.search': [{ input: () => ({ q: 'newcomer' }), outcomes: anybody }],
  'users.get': [{ input: ({ newcomer }) => ({ userId: newcomer.userId }), outcomes: anybody }],
  'users.getMany': [{ input: ({ newcomer }) => ({ userIds: [newcomer.userId] }), outcomes: anybody }],
  // For servers with an API key only.
  'users.provision': [
    { input: () => ({ externalId: newId(), displayName: 'Somebody' }), outcomes: every('FORBIDDEN') },
  ],
  'blocks.add': [{ input: ({ newcomer }) => ({ userId: newcomer.userId }), outcomes: anybody }],
  'blocks.remove': [{ input: ({ newcomer }) => ({ userId: newcomer.userId }), outcomes: anybody }],
  'blocks.list': [{ input: () => ({}), outcomes: anybody }],
  'conversations.create': [
    {
      what: 'a group',
      input: ({ newcomer }) => ({ participantIds: [newcomer.userId], title: 'New' }),
      outcomes: anybody,
    },
    {
      what: 'a direct one with somebody who blocked one of them',
      input: ({ shunner }) => ({ participantIds: [shunner.userId] }),
      outcomes: { ...anybody, blocked: 'FORBIDDEN' },
    },
  ],
  'conversations.list': [{ input: () => ({}), outcomes: anybody }],
  'conversations.unread': [{ outcomes: anybody }],
  'conversations.get': [{ input: group, outcomes: members }],
  'conversations.members': [{ input: group, outcomes: members }],
  'conversations.rename': [{ input: (world) => ({ ...group(world), title: 'New' }), outcomes: admins }],
  'conversations.update': [
    {
      what: 'the picture and the description',
      input: (world) => ({ ...group(world), avatar: null, description: 'About' }),
      outcomes: admins,
    },
    {
      what: 'making it public',
      input: (world) => ({ ...group(world), isPublic: true }),
      outcomes: { ...nobodyInside, owner: 'ok' },
    },
  ],
  'groups.search': [{ input: () => ({ q: 'public' }), outcomes: anybody }],
  'groups.get': [
    { what: 'a public one', input: publicGroup, outcomes: anybody },
    { what: 'a private one', input: group, outcomes: every('NOT_FOUND') },
  ],
  'groups.join': [
    { what: 'a public one', input: publicGroup, outcomes: { ...anybody, exMember: 'FORBIDDEN' } },
    {
      what: 'a private one',
      input: group,
      outcomes: { ...anybody, stranger: 'NOT_FOUND', exMember: 'NOT_FOUND' },
    },
  ],
  'invitations.create': [{ input: group, outcomes: admins }],
  'invitations.list': [{ input: group, outcomes: admins }],
  'invitations.revoke': [
    { input: (world) => ({ ...group(world), invitationId: world.invitation.id }), outcomes: admins },
  ],
  'invitations.preview': [
    { input: ({ invitation: { token } }) => ({ token }), outcomes: { ...anybody, exMember: 'FORBIDDEN' } },
    {
      what: 'with a token of none',
      input: ({ invitation: { token } }) => ({ token: `${token.slice(0, -4)}AAAA` }),
      outcomes: every('NOT_FOUND'),
    },
  ],
  'invitations.accept': [
    { input: ({ invitation: { token } }) => ({ token }), outcomes: { ...anybody, exMember: 'FORBIDDEN' } },
    {
      what: 'of somebody who blocked one of them',
      input: ({ invitationOfShunner: token }) => ({ token }),
      outcomes: { ...anybody, blocked: 'CONFLICT' },
    },
  ],
  'conversations.addMembers': [
    { input: (world) => ({ ...group(world), userIds: [world.newcomer.userId] }), outcomes: admins },
  ],
  'conversations.removeMember': [
    {
      what: 'a member',
      input: (world) => ({ ...group(world), userId: world.other.userId }),
      outcomes: admins,
    },
    {
      what: 'the owner',
      input: (world) => ({ ...group(world), userId: world.people.owner.userId }),
      outcomes: nobodyInside,
    },
  ],
  'conversations.setRole': [
    {
      what: 'of a member',
      input: (world) => ({ ...group(world), userId: world.other.userId, role: 'admin' }),
      outcomes: admins,
    },
    {
      what: 'of the owner',
      input: (world) => ({ ...group(world), userId: world.people.owner.userId, role: 'member' }),
      outcomes: nobodyInside,
    },
    {
      what: 'passing ownership on',
      input: (world) => ({ ...group(world), userId: world.other.userId, role: 'owner' }),
      outcomes: { ...nobodyInside, owner: 'ok' },
    },
  ],
  'conversations.leave': [{ input: group, outcomes: members }],
  'messages.send': [
    { what: 'in a group', input: (world) => ({ ...group(world), ...said('hello') }), outcomes: members },
    {
      what: 'to somebody by name',
      input: (world) => ({ ...group(world), ...said('@other'), mentions: [world.other.userId] }),
      outcomes: members,
    },
    {
      what: 'to somebody by name who is no member',
      input: (world) => ({ ...group(world), ...said('@newcomer'), mentions: [world.newcomer.userId] }),
      outcomes: { ...every('INVALID_INPUT'), stranger: 'NOT_MEMBER', exMember: 'NOT_MEMBER' },
    },
    {
      what: 'to everybody',
      input: (world) => ({ ...group(world), ...said('@all'), mentionsAll: true }),
      outcomes: admins,
    },
    {
      what: 'in a thread',
      input: (world) => ({ ...group(world), ...said('hello'), thread: world.messageId }),
      outcomes: members,
    },
    {
      what: 'to the owner',
      input: ({ directIds }, actor) => ({ conversationId: directIds[actor], ...said('hello') }),
      outcomes: { ...anybody, blocked: 'FORBIDDEN' },
    },
  ],
  'mentions.list': [{ input: () => ({}), outcomes: anybody }],
  'mentions.unread': [{ outcomes: anybody }],
  'messages.list': [{ input: group, outcomes: members }],
  'messages.changes': [
    { input: (world) => ({ ...group(world), epoch: 'any', joinedSeq: 1, since: 0 }), outcomes: members },
  ],
  'messages.get': [{ input: message, outcomes: { ...anybody, ...unseen } }],
  'messages.edit': [
    {
      what: "somebody else's",
      input: (world) => ({ ...message(world), content: 'changed' }),
      outcomes: { ...nobodyInside, ...unseen },
    },
  ],
  'messages.delete': [{ what: "somebody else's", input: message, outcomes: { ...admins, ...unseen } }],
  'messages.markRead': [{ input: group, outcomes: members }],
  'messages.positionAt': [
    { input: (world) => ({ ...group(world), at: '2026-01-01T00:00:00.000Z' }), outcomes: members },
  ],
  'messages.markUnread': [{ input: (world) => ({ ...group(world), position: 1 }), outcomes: members }],
  'messages.watch': [{ input: group, outcomes: members }],
  'reactions.add': [
    { input: (world) => ({ ...message(world), emoji: '👍' }), outcomes: { ...anybody, ...unseen } },
    {
      what: 'in a direct conversation that is closed',
      input: ({ directIds, directMessageIds }, actor) => ({
        ...{ conversationId: directIds[actor], messageId: directMessageIds[actor], emoji: '👍' },
      }),
      outcomes: { ...anybody, blocked: 'FORBIDDEN' },
    },
  ],
  'reactions.remove': [
    { input: (world) => ({ ...message(world), emoji: '👍' }), outcomes: { ...anybody, ...unseen } },
  ],
  'reactions.list': [{ input: message, outcomes: { ...anybody, ...unseen } }],
  'pins.add': [
    { input: message, outcomes: { ...admins, ...unseen } },
    {
      what: 'in a direct conversation',
      input: ({ directIds, directMessageIds }, actor) => ({
        ...{ conversationId: directIds[actor], messageId: directMessageIds[actor] },
      }),
      outcomes: { ...anybody, blocked: 'FORBIDDEN' },
    },
  ],
  'pins.remove': [{ input: message, outcomes: { ...admins, ...unseen } }],
  'pins.list': [{ input: group, outcomes: members }],
  'saved.add': [{ input: message, outcomes: { ...anybody, ...unseen } }],
  // What one has saved is one's own, whatever has become of the conversation.
  'saved.remove': [{ input: message, outcomes: anybody }],
  'saved.list': [{ input: () => ({}), outcomes: anybody }],
  // Only what one may see is found: of others' conversations there is nothing to be told apart.
  'search.messages': [{ input: () => ({ q: 'hello' }), outcomes: anybody }],
  'search.all': [{ input: () => ({ q: 'hello' }), outcomes: anybody }],
  'settings.set': [{ input: (world) => ({ ...group(world), archived: true }), outcomes: members }],
  'drafts.set': [{ input: (world) => ({ ...group(world), text: 'half' }), outcomes: members }],
  'drafts.clear': [{ input: group, outcomes: members }],
  'drafts.list': [{ input: () => ({}), outcomes: anybody }],
  'inbox.watch': [{ outcomes: anybody }],
  // Those one may not know of are left out.
  'presence.get': [{ input: ({ other }) => ({ userIds: [other.userId] }), outcomes: anybody }],
  'presence.watch': [{ input: ({ other }) => ({ userIds: [other.userId] }), outcomes: anybody }],
  'presence.away': [{ outcomes: anybody }],
  'threads.list': [{ input: thread, outcomes: members }],
  'threads.followed': [{ input: () => ({}), outcomes: anybody }],
  'threads.follow': [{ input: thread, outcomes: members }],
  'threads.unfollow': [{ input: thread, outcomes: members }],
  'threads.markRead': [{ input: thread, outcomes: members }],
  // Those one is not in are passed over.
  'receipts.delivered': [
    { input: (world) => ({ marks: [{ ...group(world), position: 1 }] }), outcomes: anybody },
  ],
  'receipts.list': [{ input: group, outcomes: members }],
  'receipts.of': [{ input: message, outcomes: { ...anybody, ...unseen } }],
  'receipts.watch': [{ input: group, outcomes: members }],
  'typing.set': [{ input: (world) => ({ ...group(world), typing: true }), outcomes: members }],
  'typing.watch': [{ input: group, outcomes: members }],
};
