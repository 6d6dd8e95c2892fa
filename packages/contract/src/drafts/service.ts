import type { Viewer } from '../auth/schema.ts';
import type { DraftClear, DraftList, DraftPage, DraftSet, StoredDraft } from './schema.ts';

/** What one person has begun to write, one draft in each conversation, on all their devices. It ends with the membership. */
export interface DraftsService {
  /**
   * Replaces the draft of a conversation: the last one to write wins.
   * @throws NOT_MEMBER
   */
  set(viewer: Viewer, input: DraftSet): Promise<StoredDraft>;
  /**
   * Takes the draft away; where there is none it changes nothing.
   * @throws NOT_MEMBER
   */
  clear(viewer: Viewer, input: DraftClear): Promise<StoredDraft>;
  list(viewer: Viewer, input: DraftList): Promise<DraftPage>;
}
