import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Delivery } from './delivery.ts';
import { WriteTurn } from './write-turn.ts';

/** A socket that takes a write only when it is let. */
function slowSocket() {
  const writes: string[] = [];
  let taken = (): void => {};
  const socket = new Writable({
    write(chunk: Buffer, _encoding, done) {
      writes.push(chunk.toString());
      taken = done;
    },
  });
  return { socket, writes, take: () => taken() };
}

function deliver(socket: Writable, backlogBytes: number) {
  const cuts: number[] = [];
  const delivery: Delivery = new Delivery({
    socket,
    backlogBytes,
    turn: new WriteTurn(),
    onTooSlow: () => cuts.push(delivery.backlog),
  });
  return { delivery, cuts };
}

const frame = (text: string): Buffer => Buffer.from(text);

test('what queues up within a turn leaves in one write, in order', async () => {
  const { socket, writes } = slowSocket();
  const { delivery } = deliver(socket, 1_000);
  delivery.push(frame('a'));
  delivery.answer(frame('b'));
  delivery.push(frame('c'));
  expect(writes).toEqual([]);
  await turn();
  expect(writes).toEqual(['abc']);
});

test('one frame of a turn is written as it is, without a copy', async () => {
  const { socket } = slowSocket();
  const seen: Buffer[] = [];
  socket._write = (chunk: Buffer) => void seen.push(chunk);
  const { delivery } = deliver(socket, 1_000);
  const only = frame('only');
  delivery.push(only);
  await turn();
  expect(seen[0]).toBe(only);
});

test('a reader is cut when what was pushed would pass the cap, and no later', async () => {
  const { socket } = slowSocket();
  const { delivery, cuts } = deliver(socket, 100);
  for (let n = 0; n < 10; n += 1) delivery.push(frame('x'.repeat(10)));
  expect(cuts).toEqual([]);
  delivery.push(frame('x'));
  expect(cuts).toEqual([100]);
});

test('answers do not count against the cap while they wait, and no longer', async () => {
  const { socket, take } = slowSocket();
  const { delivery, cuts } = deliver(socket, 100);
  delivery.answer(frame('a'.repeat(500)));
  delivery.push(frame('x'.repeat(100)));
  expect(cuts).toEqual([]);
  expect(delivery.congested).toBe(true);
  await turn();
  take();
  await turn();
  expect(delivery.backlog).toBe(0);
  delivery.push(frame('x'.repeat(60)));
  delivery.push(frame('x'.repeat(60)));
  expect(cuts).toEqual([60]);
});

test('there is room again when what waited has left', async () => {
  const { socket, take } = slowSocket();
  const { delivery } = deliver(socket, 100);
  delivery.push(frame('x'.repeat(20)));
  expect(delivery.room()).toBeUndefined();
  delivery.push(frame('x'.repeat(20)));
  const room = delivery.room();
  let there = false;
  void room?.then(() => (there = true));
  await turn();
  expect(there).toBe(false);
  take();
  await turn();
  take();
  await room;
  expect(delivery.room()).toBeUndefined();
});
