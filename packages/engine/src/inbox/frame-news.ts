import { type Frame, mayChangeMentions, type Message } from '@parley/contract';

/** What a frame says of where a conversation stands. */
export interface FrameNews {
  readonly messages: readonly Message[];
  readonly senders: ReadonlySet<string>;
  readonly lastPosition: number;
  readonly lastOrdinal: number;
  /** Those that may change what mentions somebody; mostly none. */
  readonly mentioning: readonly Message[];
}

/** Everybody who gets a frame gets it in the same turn: the last one is all there is to remember. */
let last: { frame: Frame; news: FrameNews } | null = null;

/** What is new in a frame; worked out once for all who get it, one after the other. */
export function newsOf(frame: Frame): FrameNews {
  if (last?.frame === frame) return last.news;
  const messages = frame.rows.flatMap((row) => (row.type === 'message' ? row.message : []));
  const news = {
    messages,
    senders: new Set(messages.flatMap(({ senderId }) => senderId ?? [])),
    lastPosition: Math.max(0, ...messages.map(({ position }) => position)),
    lastOrdinal: Math.max(0, ...messages.map(({ ordinal }) => ordinal)),
    mentioning: messages.filter(mayChangeMentions),
  };
  last = { frame, news };
  return news;
}
