import { createHash } from 'node:crypto';
import type { LimitedCall } from '@parley/contract';
import { networkOf } from './network.ts';
import type { LimitName } from './rates.ts';

/** What a call counts for, as whose. */
export interface Toll {
  readonly limit: LimitName;
  readonly key: string;
}

/** A limit, and as whose a call counts for it; null when it does not. */
export interface Cost {
  readonly limit: LimitName;
  readonly keyOf: (call: LimitedCall, input: unknown) => string | null;
}

const byPerson = (limit: LimitName): Cost => ({ limit, keyOf: ({ viewer }) => viewer && viewer.userId });
const byAddress = (limit: LimitName): Cost => ({ limit, keyOf: ({ client }) => networkOf(client.address) });
const byRefreshToken: Cost = {
  limit: 'refreshToken',
  keyOf(_call, input) {
    const token = textOf(input, 'refreshToken');
    return token === null ? null : digest(token);
  },
};

const byMailedAddress: Cost = {
  limit: 'mail',
  keyOf(_call, input) {
    const email = textOf(input, 'email');
    return email === null ? null : digest(email.toLowerCase());
  },
};

/** What procedures cost beside `calls` or `openCalls`, once for each call. Failed sign-ins: sign-ins.ts. */
const table: Readonly<Record<string, readonly Cost[]>> = {
  'auth.register': [byAddress('register')],
  'auth.refresh': [byAddress('refresh'), byRefreshToken],
  'auth.requestPasswordReset': [byAddress('mailAddress'), byMailedAddress],
  'auth.requestEmailVerification': [byAddress('mailAddress'), byMailedAddress],
  'auth.changePassword': [byPerson('password')],
  'auth.deleteAccount': [byPerson('password')],
  // No procedure: a download.
  'auth.exportData': [byPerson('export')],
  'messages.send': [byPerson('send')],
  'messages.edit': [byPerson('send')],
  'messages.delete': [byPerson('send')],
  'reactions.add': [byPerson('send')],
  'reactions.remove': [byPerson('send')],
  'pins.add': [byPerson('send')],
  'pins.remove': [byPerson('send')],
  // What leaves an entry in the timeline reaches as many as a message does.
  'groups.join': [byPerson('send')],
  'conversations.rename': [byPerson('send')],
  'conversations.update': [byPerson('send')],
  'conversations.setRole': [byPerson('send')],
  'conversations.removeMember': [byPerson('send')],
  'messages.watch': [byPerson('subscribe')],
  'threads.follow': [byPerson('send')],
  'threads.unfollow': [byPerson('send')],
  'inbox.watch': [byPerson('subscribe')],
  'presence.watch': [byPerson('subscribe')],
  'presence.away': [byPerson('subscribe')],
  'receipts.watch': [byPerson('subscribe')],
  'typing.watch': [byPerson('subscribe')],
  'users.search': [byPerson('search')],
  'search.all': [byPerson('search')],
  'search.messages': [byPerson('search')],
  'groups.search': [byPerson('search')],
  // Whoever comes with tokens may be guessing.
  'invitations.preview': [byPerson('search')],
  'invitations.accept': [byPerson('search')],
};
/** The procedures whose input says as whose they count. */
export const readsInput: ReadonlySet<string> = new Set([
  'auth.refresh',
  'auth.requestPasswordReset',
  'auth.requestEmailVerification',
]);

/** The procedures that cost more than a call. */
export const limitedProcedures: readonly string[] = Object.keys(table);

const everyCall = byPerson('calls');
const everyOpenCall = byAddress('openCalls');
const withGeneral = (general: Cost) =>
  new Map(Object.entries(table).map(([path, costs]) => [path, [general, ...costs]] as const));
const calls = { of: withGeneral(everyCall), otherwise: [everyCall] };
const openCalls = { of: withGeneral(everyOpenCall), otherwise: [everyOpenCall] };

/** All that a call costs. One whose credentials were refused is a call of its address. */
export function costsOf({ path, viewer }: LimitedCall): readonly Cost[] {
  const { of, otherwise } = viewer === null ? openCalls : calls;
  return of.get(path) ?? otherwise;
}

/** What came, or nothing when it cannot be read: the call itself says so. */
export function rawInput({ getRawInput }: LimitedCall): Promise<unknown> {
  return getRawInput().catch(() => undefined);
}

/** A field of an input that nobody has looked at. */
export function textOf(input: unknown, name: string): string | null {
  if (typeof input !== 'object' || input === null) return null;
  const value: unknown = Object.entries(input).find(([key]) => key === name)?.[1];
  return typeof value === 'string' ? value : null;
}

/** Neither tokens nor the names of accounts are kept as they are. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
