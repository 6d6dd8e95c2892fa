import { newId } from '@parley/contract';
import { appRouter, type ProcedureMeta, scopes } from '@parley/contract/router';
import { KeyOperator } from '@parley/engine/operations';
import { silentLog } from '@parley/engine/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningServer, startTestServer } from '../testing/running-server.ts';
import { callOver, type ProcedureType } from './testing/call.ts';
import { type Outcome, type Rule, rules } from './testing/rules.ts';
import { type Actor, actors, makeWorld, type World } from './testing/world.ts';

interface Procedure {
  readonly _def: { readonly type: ProcedureType; readonly meta?: ProcedureMeta };
}
const isProcedure = (value: unknown): value is Procedure => typeof value === 'function' && '_def' in value;
const procedures = Object.entries(appRouter._def.procedures).flatMap(
  ([path, value]: [string, unknown]): readonly (readonly [string, Procedure])[] =>
    isProcedure(value) ? [[path, value]] : [],
);
const uses = procedures.flatMap(([path, procedure]) =>
  (rules[path] ?? []).map((rule) => ({
    name: [path, rule.what ?? []].flat().join(', '),
    path,
    procedure,
    rule,
  })),
);

let server: RunningServer;
/** For calls that change nothing: reads, and what is refused. */
let lasting: World;
/** API keys that may do nothing, and everything that keys may. */
let powerless: string;
let powerful: string;

beforeAll(async () => {
  server = await startTestServer();
  lasting = await makeWorld(server);
  await using operator = new KeyOperator(server.parley.connectionString, silentLog);
  const makeKey = async (allowed: readonly string[]) =>
    (await operator.create({ name: 'test', scopes: [...allowed], expiresAt: null })).key;
  powerless = await makeKey([]);
  powerful = await makeKey(scopes);
});
afterAll(() => server[Symbol.asyncDispose]());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

function inputOf(rule: Rule, world: World, actor: Actor): object | undefined {
  return rule.input?.(world, actor);
}

test('security, authorisation: every procedure has a rule, and every rule a procedure', () => {
  expect(Object.keys(rules).toSorted()).toEqual(procedures.map(([path]) => path).toSorted());
});

test.each(uses)('security, authorisation: $name', async ({ path, procedure, rule }) => {
  const { type } = procedure._def;
  const outcomes: Partial<Record<Actor, Outcome>> = {};
  for (const actor of actors) {
    const changes = type === 'mutation' && rule.outcomes[actor] === 'ok';
    const world = changes ? await makeWorld(server) : lasting;
    const headers = bearer(world.people[actor].accessToken);
    const input = inputOf(rule, world, actor);
    outcomes[actor] = (await callOver({ url: server.url, path, type, input, headers })).outcome;
  }
  expect(outcomes).toEqual(rule.outcomes);
});

test.each(uses)('security, authorisation: $name, by nobody, and by a session that has ended', async (use) => {
  const { path, procedure, rule } = use;
  const { type, meta } = procedure._def;
  const ended = await server.parley.signIn(lasting.people.owner.userId);
  await server.engine.services.auth.logout(ended);
  const input = inputOf(rule, lasting, 'owner');
  const expected = meta?.open === true ? rule.outcomes.owner : 'UNAUTHENTICATED';
  for (const headers of [{}, bearer(ended.accessToken), bearer('made up')]) {
    expect((await callOver({ url: server.url, path, type, input: input, headers })).outcome).toBe(expected);
  }
});

test.each(uses.filter(({ rule }) => rule.outcomes.stranger === 'NOT_MEMBER'))(
  'security, authorisation: $name, answers a stranger as if there were no such conversation',
  async ({ path, procedure, rule }) => {
    const { type } = procedure._def;
    const headers = bearer(lasting.people.stranger.accessToken);
    const input = inputOf(rule, lasting, 'stranger');
    const there = await callOver({ url: server.url, path, type, input, headers });
    const nowhere = { ...input, conversationId: newId() };
    expect(await callOver({ url: server.url, path, type, input: nowhere, headers })).toEqual(there);
  },
);

/** What a server says that acts for somebody. */
const actingFor = (key: string, { userId }: { readonly userId: string }) => ({
  ...bearer(key),
  'x-parley-user': userId,
});

test.each(uses)('security, authorisation: $name, with an API key that lacks the scope', async (use) => {
  const { path, procedure, rule } = use;
  const { type, meta } = procedure._def;
  const headers = actingFor(powerless, lasting.people.owner);
  const input = inputOf(rule, lasting, 'owner');
  const { outcome } = await callOver({ url: server.url, path, type, input, headers });
  expect(outcome).toBe(meta?.open === true ? rule.outcomes.owner : 'FORBIDDEN');
});

test.each(uses.filter(({ procedure }) => procedure._def.type !== 'mutation'))(
  'security, authorisation: $name, with an API key, is what whom it acts for may',
  async ({ path, procedure, rule }) => {
    const { type } = procedure._def;
    const outcomes: Partial<Record<Actor, Outcome>> = {};
    for (const actor of actors) {
      const headers = actingFor(powerful, lasting.people[actor]);
      const input = inputOf(rule, lasting, actor);
      outcomes[actor] = (await callOver({ url: server.url, path, type, input, headers })).outcome;
    }
    const [feature] = path.split('.', 1);
    const closed = Object.fromEntries(actors.map((actor) => [actor, 'FORBIDDEN']));
    expect(outcomes).toEqual(feature === 'auth' ? closed : rule.outcomes);
  },
);
