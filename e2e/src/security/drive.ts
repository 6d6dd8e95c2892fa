import { Turns } from '@parley/contract';
import type { TestParley, TestPerson } from '@parley/engine/testing';
import { RawClient } from '@parley/server/gateway/testing/raw-client';
import { type Known, type Procedure, procedures, sampleOf } from './procedures.ts';

/** What one call was answered with, whichever way it went. */
export interface Driven extends Answered {
  readonly procedure: string;
  readonly way: Way;
}

type Way = 'rest' | 'trpc' | 'socket';

interface Answered {
  readonly ok: boolean;
  readonly text: string;
}

export interface DriveOptions {
  readonly parley: TestParley;
  readonly url: string;
  /** Stands in all the text that is given. */
  readonly canary: string;
}

/** Two people who share a room, one of whom makes the calls. */
interface Scene {
  readonly caller: TestPerson;
  readonly known: Known;
}

/** These hash passwords, at some cost: once for each way will do. */
const costly = new Set(['auth.register', 'auth.login', 'auth.changePassword']);
const atOnce = 8;

/** Calls every procedure over every way, with everything it takes and with no more than it needs. */
export async function driveAll(options: DriveOptions): Promise<Driven[]> {
  const turns = new Turns(atOnce);
  const calls = procedures.flatMap((procedure) =>
    waysOf(procedure).map((way) => turns.take(() => drive(options, procedure, way))),
  );
  return (await Promise.all(calls)).flat();
}

export function waysOf({ type }: Procedure): readonly Way[] {
  return type === 'subscription' ? ['socket'] : ['rest', 'trpc', 'socket'];
}

async function drive(options: DriveOptions, procedure: Procedure, way: Way): Promise<Driven[]> {
  const { parley, url, canary } = options;
  const { caller, known } = await sceneFor(options, `${procedures.indexOf(procedure)}-${way}`);
  const driven: Driven[] = [];
  for (const bare of costly.has(procedure.name) ? [false] : [false, true]) {
    const input = procedure.input && sampleOf(procedure.input, '', known, canary, bare);
    // Anew each time: a call may have ended the session.
    const as = await parley.signIn(caller.userId);
    const answer = await call[way](url, procedure, input, as);
    driven.push({ ...answer, procedure: procedure.name, way });
  }
  return driven;
}

const call = { rest: overRest, trpc: overTrpc, socket: overSocket };

async function sceneFor({ parley, url, canary }: DriveOptions, name: string): Promise<Scene> {
  const [caller, other] = [await parley.person(`caller-${name}`), await parley.person(`other-${name}`)];
  const post = async (path: string, body: object): Promise<string> => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${caller.accessToken}` },
      body: JSON.stringify(body),
    });
    const { id }: { id?: unknown } = await response.json();
    if (typeof id !== 'string') throw new Error(`${path} answered ${response.status}`);
    return id;
  };
  const title = `${canary} as title`;
  const conversationId = await post('/conversations', { participantIds: [other.userId], title });
  const messageId = await post('/messages', { conversationId, content: `${canary} as content` });
  const [userId, avatar] = [other.userId, `https://${canary}.example/`];
  return { caller, known: { conversationId, messageId, userId, participantId: userId, q: 'other-', avatar } };
}

/** What a client may send along that is none of the log's business. */
function headersOf({ accessToken }: TestPerson, canary = 'canary'): Record<string, string> {
  return { authorization: `Bearer ${accessToken}`, cookie: `session=${canary}-cookie` };
}

async function overRest(
  url: string,
  { name, rest }: Procedure,
  input: unknown,
  as: TestPerson,
): Promise<Answered> {
  if (rest === null) throw new Error(`${name} has no address`);
  const { method, path } = rest;
  const fields = new Map(Object.entries({ ...(typeof input === 'object' ? input : {}) }));
  const address = new URL(
    path.replaceAll(/\{(\w+)\}/g, (_, field: string) => {
      const value = String(fields.get(field));
      fields.delete(field);
      return encodeURIComponent(value);
    }),
    url,
  );
  const inBody = method !== 'GET' && method !== 'DELETE';
  if (!inBody) for (const [field, value] of fields) address.searchParams.append(field, String(value));
  const response = await fetch(address, {
    method,
    headers: { ...headersOf(as), ...(inBody ? { 'content-type': 'application/json' } : {}) },
    ...(inBody ? { body: JSON.stringify(Object.fromEntries(fields)) } : {}),
  });
  return { ok: response.ok, text: await response.text() };
}

async function overTrpc(
  url: string,
  { name, type }: Procedure,
  input: unknown,
  as: TestPerson,
): Promise<Answered> {
  const json = JSON.stringify(input ?? {});
  const query = type === 'query' ? `?${new URLSearchParams({ input: json }).toString()}` : '';
  const response = await fetch(`${url}/trpc/${name}${query}`, {
    method: type === 'query' ? 'GET' : 'POST',
    headers: { ...headersOf(as), ...(type === 'query' ? {} : { 'content-type': 'application/json' }) },
    ...(type === 'query' ? {} : { body: json }),
  });
  return { ok: response.ok, text: await response.text() };
}

async function overSocket(
  url: string,
  { name, type }: Procedure,
  input: unknown,
  as: TestPerson,
): Promise<Answered> {
  using client = await RawClient.connect(`${url.replace('http', 'ws')}/trpc?connectionParams=1`);
  client.say({ method: 'connectionParams', data: { token: as.accessToken } });
  client.call(1, type, name, input);
  // The first item of a subscription comes after the answer that it has begun.
  const wanted = type === 'subscription' ? 2 : 1;
  await client.until(
    () =>
      client.closed !== null ||
      client.answers(1).length >= wanted ||
      client.answers(1).some(({ error }) => error !== undefined),
  );
  const ok = client.answers(1).some(({ result }) => result !== undefined);
  return { ok, text: JSON.stringify(client.heard) };
}
