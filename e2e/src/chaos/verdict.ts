import { setTimeout as sleep } from 'node:timers/promises';
import { aspects } from './aspects/table.ts';
import { differencesBetween } from './compare.ts';
import type { Device } from './device.ts';
import type { Truth } from './truth.ts';

/** Whether a device that is connected knows of all that was stored at a moment. */
export function knowsAll(device: Device, truth: Truth): boolean {
  const { conversations, archived } = device.client.conversations.list.getSnapshot();
  const lastSeqs = new Map([...conversations, ...archived].map(({ id, lastSeq }) => [id, lastSeq]));
  return [...truth.conversations].every(([id, { lastSeq, members }]) => {
    // Who has been removed since needs to know nothing.
    const seq = lastSeqs.get(id);
    return !members.has(device.person.userId) || seq === undefined || seq >= lastSeq;
  });
}

/** What a device shows otherwise than PostgreSQL has it; empty when it is equal. */
export function differences(device: Device, truth: Truth): string[] {
  return Object.entries(aspects).flatMap(([name, aspect]) =>
    differencesBetween(aspect.shown(device, truth), aspect.stored(device, truth)).map(
      (line) => `${device.name}: ${name} ${line}`,
    ),
  );
}

/** What a device shows otherwise once it has had some time, in ms; it is not waited for longer than until it is equal. */
export async function differencesAfter(
  ms: number,
  device: Device,
  read: () => Promise<Truth>,
): Promise<string[]> {
  const deadline = Date.now() + ms;
  for (;;) {
    const found = differences(device, await read());
    if (found.length === 0 || Date.now() > deadline) return found;
    await sleep(50);
  }
}
