import { createHash } from 'node:crypto';
import type { LimitedCall } from '@parley/contract';
import { networkOf } from './network.ts';
import type { LimitName } from './rates.ts';

/** What a call counts for, as whose. */
export interface Toll {
  readonly limit: LimitName;
  readonly key: string;
}

type TollOf = (call: LimitedCall, input: unknown) => Toll | null;

const byPerson =
  (limit: LimitName): TollOf =>
  ({ viewer }) =>
    viewer && { limit, key: viewer.userId };
const byAddress =
  (limit: LimitName): TollOf =>
  ({ client }) => ({ limit, key: networkOf(client.address) });
const byRefreshToken: TollOf = (_call, input) => {
  const token = textOf(input, 'refreshToken');
  return token === null ? null : { limit: 'refreshToken', key: digest(token) };
};

/** What procedures count for beside `calls` or `openCalls`, once for each call. Failed sign-ins: sign-ins.ts. */
const table: Readonly<Record<string, readonly TollOf[]>> = {
  'auth.register': [byAddress('register')],
  'auth.refresh': [byAddress('refresh'), byRefreshToken],
  'auth.changePassword': [byPerson('password')],
  'messages.send': [byPerson('send')],
  'messages.edit': [byPerson('send')],
  'messages.delete': [byPerson('send')],
  'messages.watch': [byPerson('subscribe')],
  'inbox.watch': [byPerson('subscribe')],
  'users.search': [byPerson('search')],
};
const readsInput: ReadonlySet<string> = new Set(['auth.refresh']);

/** The procedures that count for more than a call. */
export const limitedProcedures: readonly string[] = Object.keys(table);

const everyCall = byPerson('calls');
const everyOpenCall = byAddress('openCalls');

/** All that a call counts for. One whose credentials were refused is a call of its address, and nothing else. */
export function tollsOf(call: LimitedCall): readonly Toll[] | Promise<readonly Toll[]> {
  const general = everyCall(call, undefined) ?? everyOpenCall(call, undefined);
  const own = table[call.path] ?? [];
  if (!readsInput.has(call.path)) return present([general, ...own.map((tollOf) => tollOf(call, undefined))]);
  return rawInput(call).then((input) => present([general, ...own.map((tollOf) => tollOf(call, input))]));
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

function present(tolls: readonly (Toll | null)[]): readonly Toll[] {
  return tolls.filter((toll) => toll !== null);
}
