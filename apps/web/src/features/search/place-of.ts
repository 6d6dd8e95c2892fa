import type { Message } from '@parley/contract';

/** What the address of a conversation says for a message to be shown: where it stands, or the thread that it is in. */
export function placeOf({ position, thread }: Message): { at: number; pane: undefined } {
  return { at: thread?.rootPosition ?? position, pane: undefined };
}
