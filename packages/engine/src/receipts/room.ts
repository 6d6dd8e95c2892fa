import type { Receipt, ReceiptEvent } from '@parley/contract';
import type { ReceiptWords } from './channel.ts';
import type { RoomRow } from './queries.ts';

/** Who is told how far others are. */
export interface ReceiptListener {
  readonly userId: string;
  /** Those whose receipts they do not see. */
  readonly silenced: ReadonlySet<string>;
  tell(items: readonly ReceiptEvent[]): void;
}

/** Between two events of a room, in milliseconds: when something is said, everybody reads it. */
const gatherMs = 250;

/**
 * The receipts of one conversation, of those who share theirs, and the streams here that are told. Who is not among them sees
 * none of others.
 */
export class ReceiptRoom<Listener extends ReceiptListener = ReceiptListener> {
  readonly watchers = new Set<Listener>();
  #epoch = '';
  #receipts: ReadonlyMap<string, Receipt> | null = null;
  /** Members whose receipts are not told. */
  #keepers: ReadonlySet<string> = new Set();
  readonly #changed = new Set<string>();
  #toldAt = -Infinity;

  /** Whether it has been read. */
  get loaded(): boolean {
    return this.#receipts !== null;
  }

  /** Whether a change waits to be told. */
  get lively(): boolean {
    return this.#changed.size > 0;
  }

  /** Whether somebody's receipts are, or would be, told here; before it was read that is not known. */
  concerns(userId: string): boolean {
    return this.#receipts === null || this.#receipts.has(userId) || this.#keepers.has(userId);
  }

  /** @returns whether all of it was of people known here; otherwise the room is to be read anew */
  hear({ epoch, words }: ReceiptWords, now: number): boolean {
    if (this.#receipts === null || epoch !== this.#epoch) return false;
    const receipts = new Map(this.#receipts);
    let known = true;
    for (const { userId, deliveredPosition, readPosition } of words) {
      const before = receipts.get(userId);
      if (before === undefined) known = false;
      else this.#put(receipts, farthest(before, { ...before, deliveredPosition, readPosition }), before);
    }
    this.#receipts = receipts;
    this.tick(now);
    return known;
  }

  /** Takes in what was read: who is in it now, and at least so far. */
  take({ epoch, receipts: read, keepers }: RoomRow, now: number): void {
    this.#keepers = new Set(keepers);
    const before = epoch === this.#epoch ? this.#receipts : null;
    const receipts = new Map<string, Receipt>();
    for (const receipt of read) {
      const known = before?.get(receipt.userId);
      this.#put(receipts, known === undefined ? receipt : farthest(known, receipt), known);
    }
    const gone = before === null || [...before.keys()].some((id) => !receipts.has(id));
    this.#epoch = epoch;
    this.#receipts = receipts;
    if (gone) {
      this.#changed.clear();
      for (const watcher of [...this.watchers]) this.greet(watcher);
      return;
    }
    for (const watcher of [...this.watchers])
      if (!before.has(watcher.userId) && receipts.has(watcher.userId)) this.greet(watcher);
    this.tick(now);
  }

  /** Tells what has not been told. */
  tick(now: number): void {
    if (this.#changed.size === 0 || now - this.#toldAt < gatherMs) return;
    const changed = [...this.#changed].flatMap((id) => this.#receipts?.get(id) ?? []);
    this.#changed.clear();
    this.#toldAt = now;
    const items = [{ type: 'changed' as const, epoch: this.#epoch, receipts: changed }];
    for (const watcher of [...this.watchers]) {
      if (this.#receipts?.has(watcher.userId) !== true) continue;
      const shown = visibleTo(watcher, changed);
      if (shown === changed) watcher.tell(items);
      else if (shown.length > 0) watcher.tell([{ type: 'changed', epoch: this.#epoch, receipts: shown }]);
    }
  }

  /** Tells one watcher how all stands. */
  greet(watcher: ReceiptListener): void {
    if (this.#receipts === null) return;
    const all = this.#receipts.has(watcher.userId) ? [...this.#receipts.values()] : [];
    watcher.tell([{ type: 'ready', epoch: this.#epoch, receipts: visibleTo(watcher, all) }]);
  }

  #put(receipts: Map<string, Receipt>, receipt: Receipt, before: Receipt | undefined): void {
    receipts.set(receipt.userId, receipt);
    if (before === undefined || !same(before, receipt)) this.#changed.add(receipt.userId);
  }
}

/** The same for everyone, so that it is serialised once, but for those who would be told of the silenced. */
function visibleTo({ silenced }: ReceiptListener, receipts: readonly Receipt[]): readonly Receipt[] {
  if (silenced.size === 0 || !receipts.some(({ userId }) => silenced.has(userId))) return receipts;
  return receipts.filter(({ userId }) => !silenced.has(userId));
}

function farthest(a: Receipt, b: Receipt): Receipt {
  return {
    userId: a.userId,
    joinedPosition: Math.max(a.joinedPosition, b.joinedPosition),
    deliveredPosition: Math.max(a.deliveredPosition, b.deliveredPosition),
    readPosition: Math.max(a.readPosition, b.readPosition),
  };
}

function same(a: Receipt, b: Receipt): boolean {
  return (
    a.joinedPosition === b.joinedPosition &&
    a.deliveredPosition === b.deliveredPosition &&
    a.readPosition === b.readPosition
  );
}
