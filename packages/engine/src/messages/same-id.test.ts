import { newId, type Viewer } from '@parley/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../index.ts';
import { type Link, link, type TestParley, testParley } from '../testing/index.ts';

describe.each(['shared', 'per-conversation'] as const)('lanes: %s', (sendLanes) => {
  let parley: TestParley;
  let wire: Link;
  let here: Engine;
  let there: Engine;
  let ada: Viewer;
  let grace: Viewer;
  let conversationId: string;

  beforeAll(async () => {
    parley = await testParley();
    wire = await link(parley.connectionString);
    // One connection, so that it is known which one a send uses.
    here = await parley.engine({ database: { connectionString: wire.url, poolSize: 1 }, sendLanes });
    there = await parley.engine({ sendLanes });
    [ada, grace] = [await parley.person('ada'), await parley.person('grace')];
    const input = { participantIds: [grace.userId], title: 'Room' };
    conversationId = (await here.services.conversations.create(ada, input)).id;
  });
  afterAll(async () => {
    await parley[Symbol.asyncDispose]();
    await wire[Symbol.asyncDispose]();
  });

  const storedAs = async (id: string) =>
    parley.db.selectFrom('messages').select('position').where('id', '=', id).execute();

  test('I3 a send cut off between commit and reply is the same message when it is repeated, on any engine', async () => {
    const message = { conversationId, content: 'once', id: newId() };
    wire.swallow('reply');
    const unanswered = here.services.messages.send(ada, message).catch((error: unknown) => error);
    await expect.poll(() => storedAs(message.id)).toHaveLength(1);
    wire.cut();
    expect(await unanswered).toMatchObject({ code: 'UNAVAILABLE' });
    const [stored] = await storedAs(message.id);
    const elsewhere = await there.services.messages.send(ada, message);
    expect(elsewhere.position).toBe(stored?.position);
    expect(await here.services.messages.send(ada, message)).toEqual(elsewhere);
    expect(await storedAs(message.id)).toHaveLength(1);
    for (const engine of [here, there]) {
      const other = { ...message, content: 'twice' };
      await expect(engine.services.messages.send(ada, other)).rejects.toMatchObject({ code: 'CONFLICT' });
      await expect(engine.services.messages.send(grace, message)).rejects.toMatchObject({ code: 'CONFLICT' });
    }
  });

  test('I3 the same id sent by two engines at once, many times, is one message with one answer', async () => {
    const ids = Array.from({ length: 20 }, () => newId());
    const answers = await Promise.all(
      ids.flatMap((id) =>
        [here, there, here, there].map((engine) =>
          engine.services.messages.send(ada, { conversationId, content: id, id }),
        ),
      ),
    );
    for (const id of ids) {
      const [first, ...more] = answers.filter((answer) => answer.id === id);
      expect(more).toEqual([first, first, first]);
      expect(await storedAs(id)).toHaveLength(1);
    }
  });
});
