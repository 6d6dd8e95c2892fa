import { newId } from '@parley/contract';
import { createEngine, memoryBus } from '@parley/engine';
import { AccessTokens, silentLog, testTokens } from '@parley/engine/testing';
import type pg from 'pg';

/** A group of people with accounts, signed in. */
export interface Crowd {
  readonly conversationId: string;
  /** One access token for each member; the first is the one who speaks. */
  readonly tokens: readonly string[];
}

const perCall = 100;

/** Makes a group of so many members, without the cost of hashing a password for each. */
export async function makeCrowd(pool: pg.Pool, connectionString: string, size: number): Promise<Crowd> {
  const issuer = new AccessTokens(testTokens.secret, 86_400);
  const people = Array.from({ length: size }, () => ({ userId: newId(), sessionId: newId() }));
  const ids = people.map(({ userId }) => userId);
  await pool.query(
    `insert into users (id, email, username, password_hash)
     select id, id || '@example.com', replace(id::text, '-', ''), '' from unnest($1::uuid[]) id`,
    [ids],
  );
  await pool.query(
    `insert into sessions (id, user_id, device, address, expires_at)
     select s, u, 'bench', '127.0.0.1', now() + interval '1 day' from unnest($1::uuid[], $2::uuid[]) as t (s, u)`,
    [people.map(({ sessionId }) => sessionId), ids],
  );
  const [speaker, ...others] = people;
  if (speaker === undefined) throw new Error('there is nobody');
  await using bus = memoryBus();
  await using engine = await createEngine({
    ...{ database: { connectionString }, bus, tokens: testTokens, log: silentLog },
  });
  const { conversations } = engine.services;
  const rest = others.map(({ userId }) => userId);
  const { id: conversationId } = await conversations.create(speaker, {
    participantIds: rest.slice(0, perCall),
    title: 'Crowd',
  });
  for (let from = perCall; from < rest.length; from += perCall) {
    await conversations.addMembers(speaker, { conversationId, userIds: rest.slice(from, from + perCall) });
  }
  const tokens = await Promise.all(
    people.map(async ({ userId, sessionId }) => (await issuer.issue(userId, sessionId)).accessToken),
  );
  return { conversationId, tokens };
}
