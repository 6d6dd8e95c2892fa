import { createHash, randomBytes } from 'node:crypto';
import type { SessionInfo } from '@parley/contract';
import { KeyOperator } from '@parley/engine/operations';
import { silentLog, type TestParley, testParley } from '@parley/engine/testing';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServerProcess, startServerProcess } from '../server-process.ts';
import { Known, objectOf, type Schema, valueOf } from './generated-requests.ts';

const full = process.env['PARLEY_TEST_FULL'] === '1';
const requests = full ? 5_000 : 420;
const inFlight = 8;
/** Those that hash passwords cost half a second of a core each: fewer of them. */
const costly = new Set([
  ...['auth_register', 'auth_login', 'auth_changePassword', 'auth_resetPassword', 'auth_deleteAccount'],
]);
/** Those that end what they are called with: each time with somebody nobody else needs. */
const ending = new Set(['auth_logout', 'auth_endOtherSessions', 'auth_deleteAccount']);
const fewer = 6;
const seed = Number(process.env['PARLEY_TEST_SEED'] ?? 1);
const password = 'a fine password';

const resources = new AsyncDisposableStack();
afterAll(() => resources.disposeAsync());
let parley: TestParley;
let server: ServerProcess;
beforeAll(async () => {
  parley = resources.use(await testParley());
  server = resources.use(await startServerProcess({ databaseUrl: parley.connectionString }));
});

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Operation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, object>> }>>;
}

interface Generated {
  readonly path: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly header: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly caller: 'ada' | 'grace' | 'nobody';
}

function operationsOf(document: { paths: Record<string, Record<string, Operation>> }): Operation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
}

/** Whether a request can have anything in it that is refused: those for health are open, and take nothing. */
function canRefuse({ parameters, requestBody, security }: Operation): boolean {
  return security?.length !== 0 || parameters !== undefined || requestBody !== undefined;
}

/** Requests to one operation: half of them as the document has it, the others more or less. */
function requestsTo({ parameters = [], requestBody }: Operation): fc.Arbitrary<Generated> {
  const schema = requestBody?.content['application/json'].schema;
  return fc.constantFrom(0, 0, 10, 40).chain((wildness) => {
    const place = (where: Parameter['in']) => {
      const here = parameters.filter((parameter) => parameter.in === where);
      return objectOf(
        {
          properties: Object.fromEntries(here.map(({ name, schema: one }) => [name, one])),
          required: here.filter(({ required }) => required === true).map(({ name }) => name),
        },
        wildness,
      );
    };
    return fc.record({
      path: place('path'),
      query: place('query'),
      header: place('header'),
      body:
        schema === undefined
          ? fc.constant(undefined)
          : valueOf({ ...schema, type: 'object' }, '', wildness / 2),
      caller: fc.oneof(
        { arbitrary: fc.constant('ada' as const), weight: 12 },
        { arbitrary: fc.constant('grace' as const), weight: 3 },
        { arbitrary: fc.constant('nobody' as const), weight: wildness === 0 ? 0 : 2 },
      ),
    });
  });
}

const eventStream = 'text/event-stream';
/** What is not one piece of JSON. */
const streams = new Set([eventStream, 'application/x-ndjson']);

/** The body of an answer; of one without an end, its first event. */
async function textOf(response: Response): Promise<string> {
  if (response.headers.get('content-type')?.startsWith(eventStream) !== true) return response.text();
  if (response.body === null) return '';
  let text = '';
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  while (!/^event: .*\n\n$/ms.test(text)) {
    const { value, done } = await reader.read();
    if (done) return text;
    text += value;
  }
  await reader.cancel();
  return text;
}

/** What exists, and grows with the answers. */
class World {
  readonly #known = new Map<string, unknown[]>([
    ['password', [password]],
    ['cursor', ['1~0198b8a3-9d5c-7a14-8a2e-6f0a4c1d2e3f']],
    ['emoji', ['👍', '❤', '👩🏽‍🚀', 'no emoji']],
    ['query', ['ada', 'gra', 'grace@example.com']],
  ]);
  readonly #roomsOfInvitations = new Map<unknown, unknown>();
  readonly tokens = { ada: '', grace: '' };
  /** What is for servers only is called with a key most of the time. */
  key = '';

  add(name: string, value: unknown): void {
    const values = this.#known.get(name);
    if (values === undefined) this.#known.set(name, [value]);
    else values.push(value);
  }

  addInvitation({ id, token, conversationId }: Readonly<Record<string, unknown>>): void {
    this.add('invitation', id);
    this.add('token', token);
    this.#roomsOfInvitations.set(id, conversationId);
  }

  /** A path that names an invitation as one of another conversation hardly ever names one there is. */
  mend(path: Generated['path']): Generated['path'] {
    const conversationId = this.#roomsOfInvitations.get(path['invitationId']);
    return conversationId === undefined ? path : { ...path, conversationId };
  }

  /** What was generated, with what exists in the places left for it. */
  resolve(value: unknown): unknown {
    if (value instanceof Known) {
      const values = this.#known.get(value.name) ?? [];
      // Newer things more often: older ones may have been left or deleted.
      return values[Math.max(0, values.length - 1 - (value.index % Math.min(values.length, 80)))];
    }
    if (Array.isArray(value)) return value.map((item) => this.resolve(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.resolve(item)]));
  }

  /** Something to end that nobody else needs. */
  take(name: string): unknown {
    return this.#known.get(name)?.pop();
  }
}

async function fill(world: World): Promise<void> {
  await using operator = new KeyOperator(parley.connectionString, silentLog);
  const scopes = ['users:provision'];
  world.key = (await operator.create({ name: 'everything', scopes, expiresAt: null })).key;
  const post = async (path: string, body: object, token = '') =>
    (
      await fetch(server.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      })
    ).json();
  for (const name of ['ada', 'grace'] as const) {
    const account = { email: `${name}@example.com`, username: name, password };
    const { user, accessToken } = await post('/auth/register', account);
    world.tokens[name] = accessToken;
    world.add('person', user.id);
    world.add('self', user.id);
    world.add('email', account.email);
    // Of another session: using one twice ends the session.
    const { refreshToken } = await post('/auth/login', account);
    world.add('refreshToken', refreshToken);
  }
  // All with the same password, without the cost of hashing it.
  const { password_hash } = await parley.db
    .selectFrom('users')
    .select('password_hash')
    .executeTakeFirstOrThrow();
  for (let n = 0; n < (full ? 300 : 40); n += 1) {
    const person = await parley.person(`extra-${n}`);
    await parley.db.updateTable('users').set({ password_hash }).where('id', '=', person.userId).execute();
    world.add('person', person.userId);
    world.add('session', person.accessToken);
    for (const purpose of ['password-reset', 'email-verification'] as const) {
      world.add('token', await mailedToken(person.userId, purpose));
    }
    world.add('sessionId', (await parley.signIn(String(world.resolve(new Known('self', n))))).sessionId);
  }
  for (let n = 0; n < (full ? 200 : 40); n += 1) {
    const participantIds = Array.from({ length: 20 }, (_, index) =>
      world.resolve(new Known('person', index)),
    );
    const { id } = await post('/conversations', { participantIds, title: `Room ${n}` }, world.tokens.ada);
    world.add('conversation', id);
    if (n % 2 === 0) await makePublic(id, world.tokens.ada);
    world.addInvitation(await post(`/conversations/${id}/invitations`, {}, world.tokens.ada));
    const { id: messageId } = await post('/messages', { conversationId: id, content: 'x' }, world.tokens.ada);
    world.add('message', messageId);
  }
}

async function makePublic(conversationId: string, token: string): Promise<void> {
  await fetch(`${server.url}/conversations/${conversationId}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ isPublic: true }),
  });
}

/** A token as a mail would bring it. */
async function mailedToken(
  userId: string,
  purpose: 'password-reset' | 'email-verification',
): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const hash = createHash('sha256').update(token).digest();
  const expires_at = new Date(Date.now() + 3_600_000);
  await parley.db
    .insertInto('mailed_tokens')
    .values({ user_id: userId, purpose, hash, expires_at })
    .execute();
  return token;
}

async function send(operation: Operation, generated: Generated, world: World): Promise<Response> {
  const { path: generatedPath, query, header, body, caller } = world.resolve(generated) as Generated;
  const path = world.mend(generatedPath);
  const url = new URL(
    operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encoded(path[name])),
    server.url,
  );
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) url.searchParams.append(name, asText(one));
  }
  const session = ending.has(operation.operationId) ? String(world.take('session')) : null;
  const forServers = operation.operationId === 'users_provision';
  const headers = new Headers(
    caller === 'nobody'
      ? {}
      : {
          authorization: `Bearer ${forServers && caller === 'ada' ? world.key : (session ?? world.tokens[caller])}`,
        },
  );
  for (const [name, value] of Object.entries(header)) {
    const text = asText(value).replaceAll(/[^\x20-\x7e]/g, '');
    headers.set(name, text);
  }
  if (body !== undefined) headers.set('content-type', 'application/json');
  return fetch(url, {
    method: operation.method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function encoded(value: unknown): string {
  // A segment of dots would be another path.
  return encodeURIComponent(asText(value).toWellFormed()).replace(/^\.{0,2}$/, 'x');
}

function learn(operation: Operation, body: Readonly<Record<string, unknown>>, world: World): void {
  if (operation.operationId === 'conversations_create') world.add('conversation', body['id']);
  if (operation.operationId === 'invitations_create') world.addInvitation(body);
  if (operation.operationId === 'messages_send') world.add('message', body['id']);
  if (operation.operationId === 'auth_sessions') {
    const others = Object.values(body).filter((one) => !(one as SessionInfo).current);
    for (const one of others) world.add('sessionId', (one as SessionInfo).id);
  }
  if (operation.operationId === 'auth_refresh' || operation.operationId === 'auth_login') {
    world.add('refreshToken', body['refreshToken']);
  }
}

/** What makes a body an answer that the document has, by operation and status. */
function validators(
  document: object,
): (operation: Operation, status: number, mediaType: string) => ValidateFunction {
  const ajv = new Ajv2020({ strict: false, validateFormats: true });
  addFormats.default(ajv);
  ajv.addSchema(document, 'document');
  const pointer = (text: string) => text.replaceAll('~', '~0').replaceAll('/', '~1');
  return ({ path, method, responses }, status, mediaType) => {
    if (responses[status]?.content?.[mediaType] === undefined) {
      throw new Error(`${method} ${path} answered ${status} with ${mediaType}, which is not documented`);
    }
    const place = [
      'paths',
      path,
      method.toLowerCase(),
      'responses',
      String(status),
      'content',
      mediaType,
      'schema',
    ];
    const found = ajv.getSchema(`document#/${place.map(pointer).map(encodeURIComponent).join('/')}`);
    if (found === undefined) throw new Error(`there is no schema at ${place.join(' ')}`);
    return found;
  };
}

test(
  `${requests} requests made of the document are answered as it says, with seed ${seed}`,
  { timeout: 600_000 },
  async () => {
    const document = await (await fetch(`${server.url}/api/openapi.json`)).json();
    const operations = operationsOf(document);
    const validatorOf = validators(document);
    const world = new World();
    await fill(world);
    const each = Math.ceil(requests / (operations.length - costly.size));
    const planned = operations.flatMap((operation, n) =>
      fc
        .sample(requestsTo(operation), {
          seed: seed + n,
          numRuns: costly.has(operation.operationId) ? Math.max(8, Math.ceil(each / fewer)) : each,
        })
        // The first time without signing in, which all but the open ones refuse.
        .map((generated, turn) => ({
          operation,
          generated: turn === 0 ? { ...generated, caller: 'nobody' as const } : generated,
          turn,
        })),
    );
    planned.sort((a, b) => a.turn - b.turn);

    const seen = new Map(operations.map(({ operationId }) => [operationId, new Set<number>()]));
    async function work(): Promise<void> {
      for (let next = planned.shift(); next !== undefined; next = planned.shift()) {
        const { operation, generated } = next;
        const response = await send(operation, generated, world).catch((error: unknown) => {
          const what = `${operation.operationId} ${JSON.stringify(generated)}`;
          throw new Error(`no answer to ${what}; the server wrote ${server.output()}`, { cause: error });
        });
        const told = `${operation.method} ${response.url} ${JSON.stringify(generated)} answered ${response.status}`;
        const text = await textOf(response);
        expect(
          response.status,
          `${told} ${text} ${response.status < 500 ? '' : server.output()}`,
        ).toBeLessThan(500);
        expect(Object.keys(operation.responses), told).toContain(String(response.status));
        seen.get(operation.operationId)?.add(response.status);
        const empty = response.status === 204 || response.status === 304;
        expect(text === '', told).toBe(empty);
        if (empty) continue;
        const [mediaType = ''] = (response.headers.get('content-type') ?? '').split(';');
        const validate = validatorOf(operation, response.status, mediaType);
        const body = streams.has(mediaType) ? text : JSON.parse(text);
        expect([validate(body), validate.errors], `${told} ${text}`).toEqual([true, null]);
        expect(response.headers.has('location'), told).toBe(response.status === 201);
        if (response.ok && !streams.has(mediaType)) learn(operation, body, world);
      }
    }
    await Promise.all(Array.from({ length: inFlight }, work));
    // In the full size each operation did its work at least once, and at least once refused to; in a small one, most.
    const few = full ? 0 : operations.length / 4;
    const never = (some: readonly Operation[], meant: (status: number) => boolean) =>
      some.flatMap(({ operationId }) => ([...(seen.get(operationId) ?? [])].some(meant) ? [] : operationId));
    const idle = never(operations, (status) => status < 300);
    const willing = never(operations.filter(canRefuse), (status) => status >= 400);
    expect(idle.length, `never did its work: ${idle.join(', ')}`).toBeLessThanOrEqual(few);
    expect(willing.length, `never refused: ${willing.join(', ')}`).toBeLessThanOrEqual(few);
  },
);
