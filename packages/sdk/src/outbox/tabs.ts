import type { Message } from '@parley/contract';

/** What tabs tell each other of one outbox: what is kept has changed, or a message of it is stored or given up. */
export type TabNews =
  | { readonly type: 'changed' }
  | { readonly type: 'stored'; readonly message: Message }
  | { readonly type: 'discarded'; readonly id: string };

/** The other tabs with the same outbox; nobody where nothing is shared. */
export class Tabs {
  #channel: BroadcastChannel | null;

  constructor(name: string | null, onNews: (news: TabNews) => void) {
    this.#channel =
      name === null || typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name);
    this.#channel?.addEventListener('message', (event: MessageEvent<TabNews>) => onNews(event.data));
  }

  tell(news: TabNews): void {
    this.#channel?.postMessage(news);
  }

  /** What is told after this is told to nobody: a closed channel throws. */
  close(): void {
    this.#channel?.close();
    this.#channel = null;
  }
}
