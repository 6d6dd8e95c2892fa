import { isTrackedEnvelope } from '@trpc/server';

/** What a stream begins with: how long to wait before coming back, spread out, as all leave a server at once. */
export function retryText(): string {
  return `retry: ${1_000 + Math.floor(Math.random() * 2_000)}\n\n`;
}

/** A comment, so that neither side nor a proxy between them takes silence for the end. */
export const keepAliveText = ': keep-alive\n\n';

/** JSON has no line breaks of its own, so a field of a server-sent event holds it as it is. */
export function eventText(name: string, data: unknown, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** An item of `inbox.watch`: several events at a time. */
export function inboxText(item: unknown): string {
  return eventText('events', item);
}

/** An item of `messages.watch`: one event under the id that a reader resumes with, named by its type. */
export function watchText(item: unknown): string {
  if (!isTrackedEnvelope<{ type: string }>(item))
    throw new Error('a watched conversation yields tracked events');
  const [id, event] = item;
  return eventText(event.type, event, id);
}

/** An item of `presence.watch` or `receipts.watch`: one event, named by its type. */
export function typedText(item: unknown): string {
  if (typeof item !== 'object' || item === null || !('type' in item))
    throw new Error('what is watched yields events with a type');
  return eventText(String(item.type), item);
}

/** An item of `typing.watch`. */
export function typingText(item: unknown): string {
  return eventText('typing', item);
}
