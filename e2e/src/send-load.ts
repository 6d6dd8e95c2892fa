import { newId } from '@parley/contract';
import { type TestParley } from '@parley/engine/testing';
import { createClient, type ParleyClient } from '@parley/sdk';
import { expect } from 'vitest';
import { signUp } from './sign-up.ts';

/** People who talk in one conversation without a pause, until they are told to stop. */
export interface SendLoad extends Disposable {
  /** Settles when that many more messages have been stored; fails after half a minute. */
  more(count: number): Promise<void>;
  /** Ends it, and waits for what is under way. */
  stop(): Promise<SendResult>;
}

interface SendResult {
  readonly conversationId: string;
  /** Ids of the messages that a server said are stored. */
  readonly stored: readonly string[];
  /** What the SDK's sends failed with. */
  readonly failures: readonly unknown[];
  /** Sends by plain fetch that needed one repetition, and what those failed with that needed more. */
  readonly repeated: number;
  readonly plainFailures: readonly unknown[];
  /** Positions that a client with an open conversation was shown. */
  readonly seen: ReadonlySet<number>;
}

const lanes = 4;
const moreMs = 30_000;

async function somebody(
  parley: TestParley,
  url: string,
  name: string,
): Promise<{ client: ParleyClient; id: string }> {
  const client = createClient({ url });
  const { id } = await signUp(parley, client, name);
  return { client, id };
}

/** Starts two people with the SDK and one with plain `fetch`, who all send through `url`. */
export async function startSendLoad(url: string, parley: TestParley): Promise<SendLoad> {
  const [ada, grace] = await Promise.all([
    somebody(parley, url, 'load-ada'),
    somebody(parley, url, 'load-grace'),
  ]);
  const plain = await parley.person('load-plain');
  const participantIds = [grace.id, plain.userId];
  const { id: conversationId } = await ada.client.conversations.create({ participantIds, title: 'Load' });
  const stored: string[] = [];
  const failures: unknown[] = [];
  const plainFailures: unknown[] = [];
  const seen = new Set<number>();
  let repeated = 0;
  let stopped = false;

  const live = grace.client.messages.open(conversationId);
  live.subscribe(() => {
    for (const { position } of live.getSnapshot().messages) seen.add(position);
  });
  // It shows all that is said from here on.
  await expect.poll(() => live.getSnapshot().status, { timeout: 10_000 }).toBe('ready');
  async function talk(client: ParleyClient): Promise<void> {
    while (!stopped) {
      const id = newId();
      await client.messages.send({ conversationId, id, content: `message ${id}` }).then(
        () => stored.push(id),
        (error: unknown) => failures.push(error),
      );
    }
  }
  async function post(id: string): Promise<void> {
    const response = await fetch(`${url}/messages`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${plain.accessToken}`,
        'content-type': 'application/json',
        'idempotency-key': id,
      },
      body: JSON.stringify({ conversationId, content: `message ${id}` }),
      signal: AbortSignal.timeout(10_000),
    });
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
    await response.arrayBuffer();
  }
  async function talkPlainly(): Promise<void> {
    while (!stopped) {
      const id = newId();
      const again = async (): Promise<void> => {
        repeated += 1;
        await post(id);
      };
      await post(id)
        .catch(again)
        .then(
          () => stored.push(id),
          (error: unknown) => plainFailures.push(error),
        );
    }
  }
  const talking = Array.from({ length: lanes }, () => [talk(ada.client), talk(grace.client), talkPlainly()]);
  return {
    async more(count) {
      const goal = stored.length + count;
      await expect.poll(() => stored.length, { timeout: moreMs, interval: 20 }).toBeGreaterThanOrEqual(goal);
    },
    async stop() {
      stopped = true;
      await Promise.all(talking.flat());
      return { conversationId, stored, failures, repeated, plainFailures, seen };
    },
    [Symbol.dispose]() {
      stopped = true;
      ada.client.close();
      grace.client.close();
    },
  };
}

/** Holds what was said to be stored against what is: each once, in positions without a hole, all of it shown. */
export async function expectNothingLost({ db }: TestParley, result: SendResult): Promise<void> {
  expect(result.failures).toEqual([]);
  expect(result.plainFailures).toEqual([]);
  const rows = await db
    .selectFrom('messages')
    .select(['id', 'position', 'type'])
    .where('conversation_id', '=', result.conversationId)
    .orderBy('position')
    .execute();
  expect(rows.map(({ position }) => position)).toEqual(rows.map((_, index) => index + 1));
  const texts = rows.filter(({ type }) => type === 'text');
  expect(texts.map(({ id }) => id).toSorted()).toEqual(result.stored.toSorted());
  await expect
    .poll(() => texts.filter(({ position }) => !result.seen.has(position)), { timeout: 10_000 })
    .toEqual([]);
}
