import type { MessageExtras, ParleyError } from '@parley/contract';

/** A message on its way. Its id is the one it will have. */
export interface OutgoingMessage {
  readonly id: string;
  readonly conversationId: string;
  readonly content: string;
  /** What it carries beside its text. */
  readonly extras: MessageExtras;
  /** When it was written, as ISO 8601. */
  readonly createdAt: string;
  /** `sending` until it is stored, however long that takes; `failed` once the server has refused it. */
  readonly status: 'sending' | 'failed';
  /** Why it failed, or what the latest attempt met while the queue is held; null otherwise. */
  readonly error: ParleyError | null;
}

/** A message with its place: in a conversation the lower goes first. */
export interface Queued {
  readonly message: OutgoingMessage;
  readonly order: number;
}

/** Messages not stored yet, by id. */
export type Queue = ReadonlyMap<string, Queued>;

export type QueueInput =
  | { readonly type: 'add'; readonly message: OutgoingMessage; readonly order: number }
  /** The latest attempt failed in a way that may pass: nobody overtakes it (head of the line). */
  | { readonly type: 'hold'; readonly id: string; readonly error: ParleyError }
  /** It cannot be sent as it is: it steps aside, and what follows goes on. */
  | { readonly type: 'fail'; readonly id: string; readonly error: ParleyError }
  /** A failed one is tried again, after those that wait. */
  | { readonly type: 'retry'; readonly id: string; readonly order: number }
  /** It is stored, or not wanted any more. */
  | { readonly type: 'remove'; readonly id: string };

/** What an input makes of the queue; the same object when nothing. */
export function stepQueue(queue: Queue, input: QueueInput): Queue {
  if (input.type === 'add') {
    if (queue.has(input.message.id)) return queue;
    return new Map(queue).set(input.message.id, { message: input.message, order: input.order });
  }
  const queued = queue.get(input.id);
  if (queued === undefined) return queue;
  const next = new Map(queue);
  switch (input.type) {
    case 'hold':
      return next.set(input.id, { ...queued, message: { ...queued.message, error: input.error } });
    case 'fail':
      return next.set(input.id, {
        ...queued,
        message: { ...queued.message, status: 'failed', error: input.error },
      });
    case 'retry':
      if (queued.message.status !== 'failed') return queue;
      return next.set(input.id, {
        order: input.order,
        message: { ...queued.message, status: 'sending', error: null },
      });
    case 'remove':
      next.delete(input.id);
      return next;
  }
}

/**
 * What reading makes of the queue. What has changed here since the reading began stays as it is, and so does what could
 * not be kept; of the rest, other tabs may have added, changed or removed anything.
 * @param known the queue as it was when the reading began
 */
export function takeOver(queue: Queue, known: Queue, kept: Queue, unkept: ReadonlySet<string>): Queue {
  const next = new Map(queue);
  for (const id of new Set([...queue.keys(), ...kept.keys()])) {
    const [own, theirs] = [queue.get(id), kept.get(id)];
    if (unkept.has(id) || !alike(own, known.get(id)) || alike(own, theirs)) continue;
    if (theirs === undefined) next.delete(id);
    else next.set(id, theirs);
  }
  return next;
}

/** Whether they stand at the same place; what the latest attempt met is not kept. */
function alike(a: Queued | undefined, b: Queued | undefined): boolean {
  return a?.order === b?.order && a?.message.status === b?.message.status;
}

/** The messages in order. */
export function ordered(queue: Queue): Queued[] {
  return [...queue.values()].sort((a, b) => a.order - b.order || (a.message.id < b.message.id ? -1 : 1));
}

/** The message of a conversation to send now: the first one that has not failed. */
export function nextOf(queue: Queue, conversationId: string): Queued | undefined {
  return ordered(queue).find(
    ({ message }) => message.conversationId === conversationId && message.status === 'sending',
  );
}

/** An order after all there are; it follows the clock, so that what another tab wrote earlier goes first. */
export function lastOrder(queue: Queue, now: number): number {
  return Math.max(now, ...[...queue.values()].map(({ order }) => order + 1));
}
