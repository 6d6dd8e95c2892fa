import type { Message } from '@parley/contract';
import type { OutgoingMessage, ShownMessage } from '@parley/sdk';
import { isSameDay } from '../../i18n/formats.ts';

/** How long somebody's messages stay one group. */
const GROUP_MS = 5 * 60_000;

/** What somebody wrote: stored, or still on its way. */
export type Written =
  | { readonly stored: ShownMessage; readonly outgoing: null }
  | { readonly stored: null; readonly outgoing: OutgoingMessage };

/** One line of the timeline, as shown. */
export type Item =
  | { readonly kind: 'day'; readonly key: string; readonly at: string }
  | { readonly kind: 'unread'; readonly key: string }
  | { readonly kind: 'notice'; readonly key: string; readonly message: Message }
  | {
      readonly kind: 'message';
      readonly key: string;
      readonly senderId: string;
      readonly written: Written;
      /** Whether it is the first and the last of a group. */
      readonly first: boolean;
      readonly last: boolean;
    };

export interface Timeline {
  readonly messages: readonly ShownMessage[];
  readonly outgoing: readonly OutgoingMessage[];
  readonly viewerId: string;
  /** The position after which others' messages are new to the viewer; null when none are. */
  readonly unreadAfter: number | null;
  /** Whether there are entries before the first one: then it may not be the first of its day. */
  readonly hasOlder: boolean;
}

/** The position of a line that tells of an entry; undefined for one on its way, too. */
export function positionOf(item: Item): number | undefined {
  if (item.kind === 'notice') return item.message.position;
  return item.kind === 'message' ? item.written.stored?.position : undefined;
}

/** When something was written. */
export function writtenAt({ stored, outgoing }: Written): string {
  return stored === null ? outgoing.createdAt : stored.createdAt;
}

/** When a line is of. */
export function timeOf(item: Item | undefined): string | undefined {
  switch (item?.kind) {
    case 'day':
      return item.at;
    case 'notice':
      return item.message.createdAt;
    case 'message':
      return writtenAt(item.written);
    case 'unread':
    case undefined:
      return undefined;
  }
}

interface Line {
  readonly key: string;
  readonly senderId: string;
  readonly at: string;
  readonly notice: Message | null;
  readonly written: Written;
}

/** Lays a timeline out: days, the line above what is new, and messages in groups by sender. */
export function layOut({ messages, outgoing, viewerId, unreadAfter, hasOlder }: Timeline): Item[] {
  const lines: Line[] = [
    ...messages.map((message) => lineOf(message)),
    ...outgoing.map((message) => ({
      key: message.id,
      senderId: viewerId,
      at: message.createdAt,
      notice: null,
      written: { stored: null, outgoing: message },
    })),
  ];
  const firstNew = firstNewOf(lines, viewerId, unreadAfter);
  const joined = lines.map((line, i) => i > 0 && line !== firstNew && belongTogether(lines[i - 1], line));
  return lines.flatMap((line, i) => {
    const items: Item[] = [];
    const before = lines[i - 1];
    if (before === undefined ? !hasOlder : !isSameDay(before.at, line.at)) {
      items.push({ kind: 'day', key: `day ${line.key}`, at: line.at });
    }
    if (line === firstNew) items.push({ kind: 'unread', key: 'unread' });
    items.push(itemOf(line, joined[i] !== true, joined[i + 1] !== true));
    return items;
  });
}

/** The first line that is new to the viewer, once it is loaded. */
function firstNewOf(lines: readonly Line[], viewerId: string, unreadAfter: number | null): Line | undefined {
  const first = lines[0]?.written.stored;
  if (unreadAfter === null || first == null || first.position > unreadAfter + 1) return undefined;
  return lines.find(
    ({ senderId, notice, written: { stored } }) =>
      stored !== null && notice === null && stored.position > unreadAfter && senderId !== viewerId,
  );
}

function lineOf(message: ShownMessage): Line {
  return {
    key: message.id,
    senderId: message.senderId,
    at: message.createdAt,
    notice: message.messageType === 'system' ? message : null,
    written: { stored: message, outgoing: null },
  };
}

function itemOf({ key, senderId, notice, written }: Line, first: boolean, last: boolean): Item {
  if (notice !== null) return { kind: 'notice', key, message: notice };
  return { kind: 'message', key, senderId, written, first, last };
}

function belongTogether(a: Line | undefined, b: Line): boolean {
  return (
    a !== undefined &&
    a.notice === null &&
    b.notice === null &&
    a.senderId === b.senderId &&
    isSameDay(a.at, b.at) &&
    Date.parse(b.at) - Date.parse(a.at) < GROUP_MS
  );
}
