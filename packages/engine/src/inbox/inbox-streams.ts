import type { Frame, InboxEvent } from '@parley/contract';
import { LiveChannel } from '../live-channel.ts';

export type InboxStream = LiveChannel<readonly InboxEvent[]>;

/** Heads in one `ready` event. */
const readyPage = 200;

/** What a person holds, as of when. */
export type Holding = Omit<Extract<InboxEvent, { type: 'ready' }>, 'type' | 'more'>;

export interface InboxStreamsListener {
  /** A device has had its `ready`. */
  welcomed(): void;
  /** One that had it is gone. */
  left(): void;
  /** The last stream has ended. */
  empty(): void;
}

/** The streams of one person's devices. What is sent reaches those that have had their `ready`. */
export class InboxStreams {
  readonly #welcomed = new Set<InboxStream>();
  readonly #arriving = new Set<InboxStream>();
  readonly #listener: InboxStreamsListener;

  constructor(listener: InboxStreamsListener) {
    this.#listener = listener;
  }

  /** One more stream, which waits for `welcome`. */
  arrive(): InboxStream {
    const stream: InboxStream = new LiveChannel(() => {
      if (this.#welcomed.delete(stream)) this.#listener.left();
      this.#arriving.delete(stream);
      if (this.#welcomed.size + this.#arriving.size === 0) this.#listener.empty();
    });
    this.#arriving.add(stream);
    return stream;
  }

  /** Tells a stream where everything stands; what is sent from now on follows. */
  welcome(stream: InboxStream, holding: Holding): void {
    if (this.#arriving.delete(stream)) {
      this.#welcomed.add(stream);
      this.#listener.welcomed();
    }
    stream.send(readyPages(holding));
  }

  /** Tells every stream that all it holds is void, and where everything stands now. */
  beginAnew(holding: Holding): void {
    this.send([{ type: 'reset', epoch: holding.epoch }]);
    for (const page of readyPages(holding)) this.send(page);
  }

  send(events: readonly InboxEvent[]): void {
    for (const stream of this.#welcomed) stream.send([events]);
  }

  /** Sends a frame: the same items to everyone who gets it, so that they are serialised once. */
  sendFrame(frame: Frame): void {
    const items = itemsOf(frame);
    for (const stream of this.#welcomed) stream.send(items);
  }

  end(error: unknown): void {
    for (const stream of [...this.#welcomed, ...this.#arriving]) stream.end(error);
  }
}

/** Each page is an item of its own: one that holds them all would be as long as the list is. */
function readyPages({ heads, ...rest }: Holding): InboxEvent[][] {
  const pages: InboxEvent[][] = [];
  for (let from = 0; from === 0 || from < heads.length; from += readyPage) {
    const more = from + readyPage < heads.length;
    pages.push([{ type: 'ready', ...rest, heads: heads.slice(from, from + readyPage), more }]);
  }
  return pages;
}

/** Everybody who gets a frame gets it in the same turn: the last one is all there is to remember. */
let last: { frame: Frame; items: readonly (readonly InboxEvent[])[] } | null = null;

function itemsOf(frame: Frame): readonly (readonly InboxEvent[])[] {
  if (last?.frame !== frame) last = { frame, items: [[{ type: 'frame', frame }]] };
  return last.items;
}
