import { isErrorCode } from '@parley/contract';
import type { Outcome } from './rules.ts';

export type ProcedureType = 'query' | 'mutation' | 'subscription';

/** One call over the network, as a client makes it. */
export interface NetworkCall {
  readonly url: string;
  readonly path: string;
  readonly type: ProcedureType;
  readonly input: object | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a server made of a call, and what it said when it refused. */
export interface Answer {
  readonly outcome: Outcome;
  readonly message: string | null;
}

/** Calls a procedure; of a subscription, which has no end, only how it begins is looked at. */
export async function callOver(call: NetworkCall): Promise<Answer> {
  const hangUp = new AbortController();
  const signal = AbortSignal.any([hangUp.signal, AbortSignal.timeout(10_000)]);
  const response = await fetch(addressOf(call), { ...requestOf(call), signal });
  try {
    if (response.ok) return { outcome: 'ok', message: null };
    const body: unknown = await response.json();
    return call.type === 'subscription' ? problemOf(body) : errorOf(body);
  } finally {
    hangUp.abort();
  }
}

function addressOf({ url, path, type, input }: NetworkCall): string {
  if (type === 'subscription') return url + eventsPath(path, input);
  const query =
    type === 'query' && input !== undefined ? `?input=${encodeURIComponent(JSON.stringify(input))}` : '';
  return `${url}/trpc/${path}${query}`;
}

/** Where a subscription stands as server-sent events. */
function eventsPath(path: string, input: object | undefined): string {
  const conversation = `/conversations/${String(field(input, 'conversationId'))}`;
  switch (path) {
    case 'inbox.watch':
      return '/events';
    case 'messages.watch':
      return `${conversation}/events`;
    case 'receipts.watch':
      return `${conversation}/receipts/events`;
    case 'typing.watch':
      return `${conversation}/typing/events`;
    case 'presence.away':
      return '/presence/away/events';
    case 'presence.watch':
      return `/presence/events?userIds=${String(field(input, 'userIds'))}`;
    default:
      throw new Error(`unable to call ${path}; it has no address`);
  }
}

function requestOf({ type, input, headers }: NetworkCall): RequestInit {
  if (type !== 'mutation') return { headers };
  const body = input === undefined ? {} : { body: JSON.stringify(input) };
  return { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, ...body };
}

function errorOf(body: unknown): Answer {
  const error = field(body, 'error');
  return refused(field(field(error, 'data'), 'reason'), field(error, 'message'));
}

function problemOf(body: unknown): Answer {
  return refused(field(body, 'code'), field(body, 'detail'));
}

function refused(code: unknown, message: unknown): Answer {
  if (!isErrorCode(code)) throw new Error(`unable to read the refusal; its code is ${String(code)}`);
  return { outcome: code, message: String(message) };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
