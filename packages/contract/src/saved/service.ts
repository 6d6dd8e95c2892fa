import type { Viewer } from '../auth/schema.ts';
import type { MessageRef } from '../messages/schema.ts';
import type { SavedList, SavedMessage, SavedPage } from './schema.ts';

/** Messages that one person keeps for themselves. Nobody else learns of it. */
export interface SavedService {
  /**
   * Saves a message one can see; doing it again changes nothing.
   * @throws as `messages.get`; FORBIDDEN for system entries; CONFLICT for a deleted message, and when one has saved as many as
   * there may be
   */
  add(viewer: Viewer, input: MessageRef): Promise<SavedMessage>;
  /** Forgets it, also where one may not see the message any more; where it is not saved it changes nothing. */
  remove(viewer: Viewer, input: MessageRef): Promise<void>;
  /** @throws INVALID_INPUT for a cursor that no page gave */
  list(viewer: Viewer, input: SavedList): Promise<SavedPage>;
}
