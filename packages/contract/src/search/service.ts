import type { Viewer } from '../auth/schema.ts';
import type { Found, FoundMessagePage, MessageSearch, SearchAll } from './schema.ts';

/** No text is an error but one that is too long: what holds no word finds nothing. */
export interface SearchService {
  /**
   * Messages of the viewer's conversations that the viewer may see. Those sent within the last second may be missing.
   * @throws INVALID_INPUT for more words than `limits.searchWords`, and for a cursor that no page gave
   */
  messages(viewer: Viewer, input: MessageSearch): Promise<FoundMessagePage>;
  /**
   * For one box: people as `users.search` finds them, the viewer's conversations by title or by who is in them, and
   * messages.
   * @throws as `messages`
   */
  all(viewer: Viewer, input: SearchAll): Promise<Found>;
}
