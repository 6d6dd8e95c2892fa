import type { RawSocket } from '../sockets/raw-socket.ts';
import { inParallel } from './in-parallel.ts';
import { processorSeconds } from './processes.ts';
import type { Connecting, Gathering, Room } from './system.ts';

/** One of those there are. @throws Error when there is no such one */
export function nth<T>(all: readonly T[], index: number): T {
  const found = all[index];
  if (found === undefined) throw new Error(`there is no number ${index} of ${all.length}`);
  return found;
}

/** For each of so many people the rooms they are in, by index. */
export function roomsOf(people: number, rooms: readonly (readonly number[])[]): number[][] {
  const own = Array.from({ length: people }, (): number[] => []);
  for (const [room, members] of rooms.entries()) for (const member of members) nth(own, member).push(room);
  return own;
}

const connectingAtOnce = 32;

/** Those who have connected, and what it took. */
export interface Connected {
  readonly people: readonly RawSocket[];
  readonly connecting: Connecting;
}

/**
 * Connects each of many.
 * @param pids of the server
 * @param onConnecting called before the first of them
 */
export async function connectAll<T>(
  pids: readonly number[],
  items: readonly T[],
  connect: (item: T) => Promise<RawSocket>,
  onConnecting?: () => Promise<unknown>,
): Promise<Connected> {
  await onConnecting?.();
  const used = await processorSeconds(pids);
  const from = performance.now();
  const people = await inParallel(items, connectingAtOnce, connect);
  const seconds = (performance.now() - from) / 1_000;
  return { people, connecting: { seconds, processorSeconds: (await processorSeconds(pids)) - used } };
}

/** Rooms in which a message is all there is, of those who have connected. @param say has a person say something in a room */
export function roomsWhere(
  rooms: readonly (readonly number[])[],
  { people }: Connected,
  say: (person: number, room: number, content: string) => Promise<void>,
): Room[] {
  return rooms.map((indices, room) => ({
    members: indices.map((index) => nth(people, index)),
    say: (member, content) => say(nth(indices, member), room, content),
  }));
}

/** People who have connected and their rooms; all leave together. */
export function gathered({ people, connecting }: Connected, rooms: readonly Room[]): Gathering {
  return {
    ...{ people, rooms, connecting },
    [Symbol.dispose]() {
      for (const each of people) each[Symbol.dispose]();
    },
  };
}
