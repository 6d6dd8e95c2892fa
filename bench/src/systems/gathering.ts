import type { RawSocket } from '../sockets/raw-socket.ts';
import type { Gathering, Room } from './system.ts';

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

/** People and their rooms, who all leave together. */
export function gathered(people: readonly RawSocket[], rooms: readonly Room[]): Gathering {
  return {
    ...{ people, rooms },
    [Symbol.dispose]() {
      for (const each of people) each[Symbol.dispose]();
    },
  };
}
