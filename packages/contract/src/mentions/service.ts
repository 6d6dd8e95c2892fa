import type { Viewer } from '../auth/schema.ts';
import type { MentionCounts, MentionList, MentionPage } from './schema.ts';

/** What mentions the viewer, in the conversations they are in. What was written by people they have blocked is left out. */
export interface MentionsService {
  /**
   * Messages that mention the viewer, by name or as everybody, which the viewer may see; not their own.
   * @throws INVALID_INPUT for a cursor that no page gave
   */
  list(viewer: Viewer, input: MentionList): Promise<MentionPage>;
  /** How many of them are unread. */
  unread(viewer: Viewer): Promise<MentionCounts>;
}
