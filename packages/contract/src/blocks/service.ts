import type { Viewer } from '../auth/schema.ts';
import type { BlockList, BlockPage, BlockRef } from './schema.ts';

/**
 * Blocking a person, which they are not told of. Between the two there is no new direct conversation, nothing is sent or
 * edited in the one there is, neither adds the other to a group, and neither sees whether the other is online. Groups stay
 * the same for all: who blocks folds what the other writes.
 */
export interface BlocksService {
  /**
   * Blocks somebody; doing it again changes nothing.
   * @throws NOT_FOUND when there is no such account; INVALID_INPUT for oneself
   */
  add(viewer: Viewer, input: BlockRef): Promise<void>;
  /** Takes a block back; where there is none it changes nothing. */
  remove(viewer: Viewer, input: BlockRef): Promise<void>;
  list(viewer: Viewer, input: BlockList): Promise<BlockPage>;
}
