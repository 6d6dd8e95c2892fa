import type { Frame, ParleyError, ReceiptEvent } from '@parley/contract';
import { MemberWatcher, type MemberWatcherParts } from '../feeds/member-watcher.ts';

/** What a watcher tells of what happens to it. */
interface ReceiptsWatcherHooks {
  readonly closed: () => void;
  /** It was said or changed in the conversation what may have moved receipts: sending does, and joining. */
  readonly stale: () => void;
  /** What was told before is not known to be all. */
  readonly readmitted: () => void;
}

/** One `receipts.watch`. */
export class ReceiptsWatcher extends MemberWatcher<ReceiptEvent> {
  readonly #hooks: ReceiptsWatcherHooks;
  #begun = false;

  constructor(parts: MemberWatcherParts, hooks: ReceiptsWatcherHooks) {
    super(parts, hooks.closed);
    this.#hooks = hooks;
  }

  /** Passes on what is told, once it begins with how all stands. */
  tell(items: readonly ReceiptEvent[]): void {
    if (!this.live) return;
    this.#begun ||= items[0]?.type === 'ready';
    if (this.#begun) this.stream.send(items);
  }

  end(error: ParleyError): void {
    this.stream.end(error);
  }

  frame({ rows }: Frame): void {
    if (rows.length === 0 || rows.some(({ type }) => type !== 'conversation')) this.#hooks.stale();
  }

  protected override readmitted(): void {
    this.#hooks.readmitted();
  }
}
