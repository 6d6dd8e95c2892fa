import { isTrackedEnvelope } from '@trpc/server';
import { textFrame } from './frame.ts';

/** What is kept of an item that was sent: its JSON, and the whole frames made of it, by what stands before it. */
interface Sent {
  readonly json: Buffer;
  readonly frames: Map<string, Buffer>;
}

/** Frames kept of one item: sockets of one kind of client use the same few subscription ids. */
const framesPerItem = 32;

/** By identity: an item must not change once it was yielded. Forgotten with the item. */
const sentItems = new WeakMap<object, Sent>();

/** One item goes to all who get it one after the other, most of them under the same id: the last frame is remembered. */
let last: { readonly item: unknown; readonly idJson: string; readonly frame: Buffer } | null = null;

/**
 * The frame that carries one item of a subscription. An object yielded to a thousand sockets is made into JSON once,
 * also as the data of tracked items with different ids or inside arrays of different sockets, and sockets that use the
 * same subscription id share one buffer.
 */
export function itemFrame(idJson: string, item: unknown): Buffer {
  if (last !== null && last.item === item && last.idJson === idJson) return last.frame;
  const frame = frameOf(idJson, item);
  last = { item, idJson, frame };
  return frame;
}

function frameOf(idJson: string, item: unknown): Buffer {
  const head = `{"id":${idJson},"result":{"type":"data",`;
  if (isTrackedEnvelope(item)) {
    const [eventId, data] = item;
    const eventIdJson = JSON.stringify(eventId);
    return shared(data, `${head}"id":${eventIdJson},"data":{"id":${eventIdJson},"data":`, '}}}');
  }
  if (Array.isArray(item) && item.length === 1) return shared(item[0], `${head}"data":[`, ']}}');
  return shared(item, `${head}"data":`, '}}');
}

function shared(value: unknown, before: string, after: string): Buffer {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return textFrame(before, jsonOf(value), after);
  }
  const { json, frames } = sentOf(value);
  const known = frames.get(before);
  if (known !== undefined) return known;
  const frame = textFrame(before, json, after);
  if (frames.size < framesPerItem) frames.set(before, frame);
  return frame;
}

/** An array's JSON is put together from that of its elements: arrays differ between sockets, elements do not. */
function jsonOf(value: unknown): Buffer {
  if (Array.isArray(value)) {
    const parts = value.flatMap((element, at) => (at === 0 ? [jsonOf(element)] : [comma, jsonOf(element)]));
    return Buffer.concat([arrayStart, ...parts, arrayEnd]);
  }
  if (typeof value === 'object' && value !== null) return sentOf(value).json;
  return Buffer.from(JSON.stringify(value) ?? 'null');
}

function sentOf(value: object): Sent {
  let sent = sentItems.get(value);
  if (sent === undefined) {
    sent = { json: Buffer.from(JSON.stringify(value) ?? 'null'), frames: new Map() };
    sentItems.set(value, sent);
  }
  return sent;
}

const arrayStart = Buffer.from('[');
const comma = Buffer.from(',');
const arrayEnd = Buffer.from(']');
