import { jsonFault } from '../json.ts';

/** What ties an answer to its call; chosen by the client, unique among what its socket has open. */
export type CallId = number | string;

export type ClientMessage = Call | Stop | Credentials | Malformed;

export interface Call {
  readonly kind: 'call';
  readonly id: CallId;
  readonly type: 'query' | 'mutation' | 'subscription';
  readonly path: string;
  readonly input: unknown;
}

/** The client is done with a subscription. */
export interface Stop {
  readonly kind: 'stop';
  readonly id: CallId;
}

/** What a client comes with; said again on an open socket, it brings a newer token. */
export interface Credentials {
  readonly kind: 'credentials';
  readonly token: string | null;
  /** Whom a server with an API key acts for. */
  readonly user: string | null;
  /** The version of the protocol it speaks, as it says; undefined when it does not. */
  readonly protocol: unknown;
}

/** Not a message of the protocol; `id` when that much could be read. */
export interface Malformed {
  readonly kind: 'malformed';
  readonly id: CallId | null;
}

/** An id stands in every frame of its subscription, so that its length must not be the client's choice. */
const idCharacters = 64;

/**
 * Messages of one frame: more than fit into one of 64 KiB when each is of the protocol. Each is answered, and an answer may
 * be a hundred times as large as something that is no message.
 */
const frameMessages = 2_000;

/** Reads a text frame: one message or a batch of them. Never throws. */
export function parseFrame(text: string): ClientMessage[] {
  const read = readJson(text);
  if (!Array.isArray(read)) return [parseMessage(read)];
  return read.length > frameMessages ? [{ kind: 'malformed', id: null }] : read.map(parseMessage);
}

/** Reads the first frame of a socket opened with `?connectionParams=1`; null when it is something else. */
export function parseConnectionParams(text: string): Credentials | null {
  const message = readJson(text);
  return isRecord(message) ? credentialsOf(message) : null;
}

function credentialsOf(message: Record<string, unknown>): Credentials | null {
  if (message['method'] !== 'connectionParams') return null;
  const params = message['data'] ?? {};
  if (!isRecord(params)) return null;
  const { token = null, user = null, protocol } = params;
  if (!isText(token) || !isText(user)) return null;
  return { kind: 'credentials', token, user, protocol };
}

function isText(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function parseMessage(message: unknown): ClientMessage {
  if (!isRecord(message)) return { kind: 'malformed', id: null };
  const id = readId(message['id']);
  if (id === null) return credentialsOf(message) ?? { kind: 'malformed', id };
  const type = message['method'];
  if (type === 'subscription.stop') return { kind: 'stop', id };
  if (type !== 'query' && type !== 'mutation' && type !== 'subscription') return { kind: 'malformed', id };
  const params = message['params'];
  if (!isRecord(params)) return { kind: 'malformed', id };
  const { path, input, lastEventId } = params;
  if (typeof path !== 'string') return { kind: 'malformed', id };
  if (lastEventId === undefined) return { kind: 'call', id, type, path, input };
  if (typeof lastEventId !== 'string') return { kind: 'malformed', id };
  return { kind: 'call', id, type, path, input: withCursor(input, lastEventId) };
}

function withCursor(input: unknown, lastEventId: string): unknown {
  if (isRecord(input)) return { ...input, lastEventId };
  return input ?? { lastEventId };
}

function readId(id: unknown): CallId | null {
  if (typeof id === 'number') return Number.isFinite(id) ? id : null;
  return typeof id === 'string' && id.length <= idCharacters ? id : null;
}

function readJson(text: string): unknown {
  if (jsonFault(text) !== null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const reconnectNotice = '{"id":null,"method":"reconnect"}';

export function startedMessage(idJson: string): string {
  return `{"id":${idJson},"result":{"type":"started"}}`;
}

export function stoppedMessage(idJson: string): string {
  return `{"id":${idJson},"result":{"type":"stopped"}}`;
}

/** What a query or a mutation gave. @throws when it cannot be put as JSON */
export function resultMessage(id: CallId, data: unknown): string {
  return JSON.stringify({ id, result: { type: 'data', data } });
}

export function errorMessage(id: CallId | null, shape: unknown): string {
  return JSON.stringify({ id, error: shape });
}
