import type { Viewer } from '../auth/schema.ts';
import type { StoredMessage } from '../messages/schema.ts';
import type { ReactionList, ReactionPage, ReactionRef } from './schema.ts';

/** Every call throws as `messages.get` does; what one may not see one cannot react to. */
export interface ReactionsService {
  /**
   * Reacts to a message; doing it again changes nothing.
   * @throws FORBIDDEN for system entries, and in a direct conversation whose other person cannot be reached; CONFLICT
   * for a deleted message, for more different emoji than a message takes, and for more than one person may give it
   */
  add(viewer: Viewer, input: ReactionRef): Promise<StoredMessage>;
  /**
   * Takes one's own reaction back; where there is none it changes nothing.
   * @throws as `add`
   */
  remove(viewer: Viewer, input: ReactionRef): Promise<StoredMessage>;
  /**
   * Who reacted.
   * @throws INVALID_INPUT for a cursor that no page gave
   */
  list(viewer: Viewer, input: ReactionList): Promise<ReactionPage>;
}
