import type { Bus } from '../bus/bus.ts';
import { inTime } from '../in-time.ts';
import { parseTyping, roomOf, typingChannel } from './channel.ts';
import { TypingRoom } from './room.ts';
import type { TypingWatcher } from './typing-watcher.ts';

/** Between two looks at the rooms in which somebody types, in milliseconds. */
const tickMs = 250;
/** For the bus to acknowledge, in milliseconds. */
const joinMs = 10_000;

/** The conversations of which somebody on this process wants to know who is typing. */
export class TypingRooms {
  readonly #bus: Bus;
  readonly #rooms = new Map<string, TypingRoom>();
  readonly #watchers = new Set<TypingWatcher>();
  readonly #lively = new Set<TypingRoom>();
  #timer: NodeJS.Timeout | undefined;

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  get size(): number {
    return this.#rooms.size;
  }

  /** Tells a watcher who is typing, and goes on doing so until it leaves. @throws UNAVAILABLE */
  async join(conversationId: string, watcher: TypingWatcher): Promise<void> {
    if (watcher.stream.closed) return;
    const room = this.#rooms.get(conversationId) ?? new TypingRoom();
    this.#rooms.set(conversationId, room);
    room.watchers.add(watcher);
    this.#watchers.add(watcher);
    const acknowledged = this.#bus.subscribe([typingChannel(conversationId)], this.#onWord);
    await inTime(acknowledged, joinMs, 'watch who is typing');
    room.greet(watcher);
  }

  /** Somebody is not to be heard by a watcher any more. */
  silence(conversationId: string, watcher: TypingWatcher, otherId: string): void {
    watcher.silenced.add(otherId);
    this.#rooms.get(conversationId)?.greet(watcher);
  }

  leave(conversationId: string, watcher: TypingWatcher): void {
    this.#watchers.delete(watcher);
    const room = this.#rooms.get(conversationId);
    if (room?.watchers.delete(watcher) !== true || room.watchers.size > 0) return;
    this.#rooms.delete(conversationId);
    this.#lively.delete(room);
    this.#bus.unsubscribe([typingChannel(conversationId)], this.#onWord);
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const watcher of [...this.#watchers]) watcher.closed();
  }

  readonly #onWord = (channel: string, payload: string): void => {
    const room = this.#rooms.get(roomOf(channel));
    const word = parseTyping(payload);
    if (room === undefined || word === null) return;
    room.hear(word, performance.now());
    if (!room.lively) return;
    this.#lively.add(room);
    this.#timer ??= this.#tickLater();
  };

  #tickLater(): NodeJS.Timeout {
    return setTimeout(() => {
      const now = performance.now();
      for (const room of this.#lively) {
        room.tick(now);
        if (!room.lively) this.#lively.delete(room);
      }
      this.#timer = this.#lively.size > 0 ? this.#tickLater() : undefined;
    }, tickMs);
  }
}
