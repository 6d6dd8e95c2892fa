import { limits, type TypingEvent } from '@parley/contract';
import type { TypingWord } from './channel.ts';

/** Who is told who is typing. */
export interface TypingListener {
  readonly userId: string;
  /** Those whom they do not hear. */
  readonly silenced: ReadonlySet<string>;
  tell(items: readonly TypingEvent[]): void;
}

/** People who count as typing at most: beyond that it says nothing more to anybody. */
const mostTypists = 500;
/** A renewal is passed on when the latest event is this old, in milliseconds: a little less than between two renewals. */
const repeatMs = limits.typing.renewMs - 500;
/** Between two events of a room, in milliseconds: in a large one somebody begins or stops all the time. */
const gatherMs = 250;

const nobody: readonly TypingEvent[] = [{ userIds: [], count: 0 }];

/** Who is typing in one conversation, as this process has heard, and the streams here that are told. */
export class TypingRoom {
  readonly watchers = new Set<TypingListener>();
  /** Until when, by the process's own clock; in the order in which they began. */
  readonly #typists = new Map<string, number>();
  #toldAt = -Infinity;
  #changed = false;

  /** Whether something may happen without a word: somebody's time runs out, or a change waits to be told. */
  get lively(): boolean {
    return this.#changed || this.#typists.size > 0;
  }

  hear({ userId, typing }: TypingWord, now: number): void {
    const known = this.#typists.has(userId);
    if (!typing) {
      if (this.#typists.delete(userId)) this.#changed = true;
    } else if (known || this.#typists.size < mostTypists) {
      this.#typists.set(userId, now + limits.typing.expiresMs);
      this.#changed ||= !known || now - this.#toldAt >= repeatMs;
    }
    if (this.#changed && now - this.#toldAt >= gatherMs) this.#tell(now);
  }

  /** Lets go of those whose time has run out, and tells what has not been told. */
  tick(now: number): void {
    for (const [userId, until] of this.#typists) {
      if (until > now) continue;
      this.#typists.delete(userId);
      this.#changed = true;
    }
    if (this.#changed && now - this.#toldAt >= gatherMs) this.#tell(now);
  }

  /** Tells one watcher how it stands. */
  greet(watcher: TypingListener): void {
    watcher.tell(this.#itemsFor(watcher, this.#items()));
  }

  #tell(now: number): void {
    this.#changed = false;
    this.#toldAt = now;
    const items = this.#items();
    for (const watcher of [...this.watchers]) watcher.tell(this.#itemsFor(watcher, items));
  }

  #items(): readonly TypingEvent[] {
    return itemsOf([...this.#typists.keys()]);
  }

  /** The same for everyone, so that it is serialised once, but for those who would hear of themselves or of the silenced. */
  #itemsFor({ userId, silenced }: TypingListener, items: readonly TypingEvent[]): readonly TypingEvent[] {
    const among = silenced.size > 0 && [...this.#typists.keys()].some((id) => silenced.has(id));
    if (!among && !this.#typists.has(userId)) return items;
    return itemsOf([...this.#typists.keys()].filter((id) => id !== userId && !silenced.has(id)));
  }
}

function itemsOf(typists: readonly string[]): readonly TypingEvent[] {
  if (typists.length === 0) return nobody;
  return [{ userIds: typists.slice(0, limits.typistsNamed), count: typists.length }];
}
