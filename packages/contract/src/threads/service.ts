import type { Viewer } from '../auth/schema.ts';
import type {
  FollowedPage,
  ThreadList,
  ThreadMark,
  ThreadMarkRead,
  ThreadPage,
  ThreadRef,
  ThreadsFollowed,
} from './schema.ts';

/**
 * Threads: replies that hang on a message, apart from the timeline. They are sent, edited and deleted as messages. But for
 * `followed`, every call throws NOT_MEMBER when there is no such conversation or the viewer is not in it, NOT_FOUND when
 * there is no such message, or the viewer may not see it, and CONFLICT when none can hang on it: it is a reply of a thread.
 */
export interface ThreadsService {
  /** A page of the replies; the latest one when no position is given. */
  list(viewer: Viewer, input: ThreadList): Promise<ThreadPage>;
  /**
   * The threads the viewer follows that have replies, by latest reply.
   * @throws INVALID_INPUT for a cursor that no page gave
   */
  followed(viewer: Viewer, input: ThreadsFollowed): Promise<FollowedPage>;
  /** What there is by then counts as read when one did not follow before. */
  follow(viewer: Viewer, input: ThreadRef): Promise<ThreadMark>;
  /** Holds until one replies, or asks to follow. */
  unfollow(viewer: Viewer, input: ThreadRef): Promise<ThreadMark>;
  /** Moves what is read up, never down and never past the latest; changes nothing in a thread one does not follow. */
  markRead(viewer: Viewer, input: ThreadMarkRead): Promise<ThreadMark>;
}
