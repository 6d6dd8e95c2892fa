import { newId, type Viewer } from '@parley/contract';
import type { Services } from '@parley/contract/router';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestParley, testParley } from '../testing/index.ts';

let parley: TestParley;
let ada: Viewer;
let grace: Viewer;
let alan: Viewer;

beforeAll(async () => {
  parley = await testParley();
  [ada, grace, alan] = [
    await parley.person('ada'),
    await parley.person('grace'),
    await parley.person('alan'),
  ];
});
afterAll(() => parley[Symbol.asyncDispose]());

const code = (expected: string) => expect.objectContaining({ name: 'ParleyError', code: expected });

describe.each(['shared', 'per-conversation'] as const)('sending, lanes: %s', (sendLanes) => {
  let services: Services;
  beforeAll(async () => {
    ({ services } = await parley.engine({ sendLanes }));
  });

  async function room() {
    const input = { participantIds: [grace.userId], title: 'Room' };
    return (await services.conversations.create(ada, input)).id;
  }

  test('numbers messages without holes, and answers a repeated send with the stored one', async () => {
    const conversationId = await room();
    const id = newId();
    const first = await services.messages.send(ada, { conversationId, content: 'one', id });
    const second = await services.messages.send(grace, { conversationId, content: 'two' });
    expect([first.position, first.ordinal, second.position, second.ordinal]).toEqual([2, 1, 3, 2]);
    expect(await services.messages.send(ada, { conversationId, content: 'one', id })).toEqual(first);
  });

  test('a repeated send gives the message as it is now, also after its sender has left', async () => {
    const conversationId = await room();
    const id = newId();
    await services.messages.send(grace, { conversationId, content: 'one', id });
    const edited = await services.messages.edit(grace, { conversationId, messageId: id, content: 'uno' });
    await services.conversations.leave(grace, { conversationId });
    expect(await services.messages.send(grace, { conversationId, content: 'one', id })).toEqual(edited);
    await expect(services.messages.send(grace, { conversationId, content: 'more' })).rejects.toEqual(
      code('NOT_MEMBER'),
    );
  });

  test('refuses an id that is taken by another text or another sender', async () => {
    const conversationId = await room();
    const id = newId();
    await services.messages.send(ada, { conversationId, content: 'one', id });
    await expect(services.messages.send(ada, { conversationId, content: 'two', id })).rejects.toEqual(
      code('CONFLICT'),
    );
    await expect(services.messages.send(grace, { conversationId, content: 'one', id })).rejects.toEqual(
      code('CONFLICT'),
    );
  });

  test('the same send twice at once is one message', async () => {
    const conversationId = await room();
    const message = { conversationId, content: 'twice', id: newId() };
    const [a, b] = await Promise.all([
      services.messages.send(ada, message),
      services.messages.send(ada, message),
    ]);
    expect(a).toEqual(b);
    const { messages } = await services.messages.list(ada, { conversationId, limit: 50 });
    expect(messages.filter(({ id }) => id === message.id)).toHaveLength(1);
  });

  test('strangers and unknown conversations get the same answer', async () => {
    const conversationId = await room();
    for (const id of [conversationId, newId()]) {
      await expect(services.messages.send(alan, { conversationId: id, content: 'hi' })).rejects.toEqual(
        code('NOT_MEMBER'),
      );
    }
  });

  test('one message that cannot be stored fails alone', async () => {
    const conversationId = await room();
    const sends = await Promise.allSettled([
      services.messages.send(ada, { conversationId, content: 'before' }),
      services.messages.send(ada, { conversationId, content: 'NUL \0 is refused by the database' }),
      services.messages.send(ada, { conversationId, content: 'after' }),
    ]);
    expect(sends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const { messages } = await services.messages.list(grace, { conversationId, limit: 50 });
    expect(messages.map(({ content }) => content)).toEqual(['', 'before', 'after']);
    expect(messages.map(({ position }) => position)).toEqual([1, 2, 3]);
  });

  test('a room somebody else holds delays nobody else, and keeps its order', async () => {
    const [held, free] = [await room(), await room()];
    const [locked, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const holding = parley.db.transaction().execute(async (trx) => {
      await trx.selectFrom('conversations').select('id').where('id', '=', held).forUpdate().execute();
      locked.resolve();
      await release.promise;
    });
    await locked.promise;
    const waiting = ['a', 'b', 'c'].map((content) =>
      services.messages.send(ada, { conversationId: held, content }),
    );
    await services.messages.send(ada, { conversationId: free, content: 'at once' });
    const late = services.messages.send(ada, { conversationId: held, content: 'd' });
    release.resolve();
    await holding;
    const sent = await Promise.all([...waiting, late]);
    expect(sent.map(({ position }) => position)).toEqual([2, 3, 4, 5]);
  });
});
