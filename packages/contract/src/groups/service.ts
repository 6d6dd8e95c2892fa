import type { Viewer } from '../auth/schema.ts';
import type { Conversation, ConversationRef } from '../conversations/schema.ts';
import type { GroupSearch, PublicGroup, PublicGroupPage } from './schema.ts';

/** Groups that anybody may find and join. One that is not public is as if there were none. */
export interface GroupsService {
  /**
   * Public groups by the words of their titles and descriptions; what holds no word finds nothing.
   * @throws INVALID_INPUT for more words than `limits.searchWords`, and for a cursor that no page gave
   */
  search(viewer: Viewer, input: GroupSearch): Promise<PublicGroupPage>;
  /** @throws NOT_FOUND */
  get(viewer: Viewer, input: ConversationRef): Promise<PublicGroup>;
  /**
   * Joins a public group; whoever is in stays as they are.
   * @throws NOT_FOUND; FORBIDDEN for whom somebody has removed: they have to be added; CONFLICT when it is full
   */
  join(viewer: Viewer, input: ConversationRef): Promise<Conversation>;
}
