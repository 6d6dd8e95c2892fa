import { OpenLists } from '../open-lists.ts';
import type { Sync } from '../sync/sync.ts';
import { MemberList } from './member-list.ts';

/** Who is in conversations. */
export class Members {
  readonly #lists: OpenLists<MemberList>;

  constructor(sync: Sync) {
    this.#lists = new OpenLists(
      (conversationId) => new MemberList(sync, conversationId),
      (conversationId) => sync.step({ type: 'close-members', conversationId }),
    );
  }

  /** A conversation's live members; the same list for the same conversation. Live while somebody is subscribed. */
  open(conversationId: string): MemberList {
    return this.#lists.open(conversationId);
  }

  /** Forgets everything of the person who was signed in. */
  clear(): void {
    this.#lists.clear();
  }
}
