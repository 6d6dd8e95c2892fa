import type { Viewer } from '../auth/schema.ts';
import type { MessageRef, StoredMessage } from '../messages/schema.ts';
import type { PinList, Pins } from './schema.ts';

/** Messages that a conversation keeps at hand. A message that is deleted is pinned no more. */
export interface PinsService {
  /**
   * Pins a message; doing it again changes nothing.
   * @throws as `messages.get`; FORBIDDEN to whoever may not `pin` (in a direct conversation both may), for system entries, and
   * as `messages.edit` where the other person cannot be reached; CONFLICT for a deleted message, and for a pin too many
   */
  add(viewer: Viewer, input: MessageRef): Promise<StoredMessage>;
  /**
   * Takes a pin off; where there is none it changes nothing.
   * @throws as `messages.get`; FORBIDDEN as `add`
   */
  remove(viewer: Viewer, input: MessageRef): Promise<StoredMessage>;
  /** @throws NOT_MEMBER */
  list(viewer: Viewer, input: PinList): Promise<Pins>;
}
