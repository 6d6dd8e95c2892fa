import type { TrackedEnvelope } from '@trpc/server';
import type { Viewer } from '../auth/schema.ts';
import type { ReadMark } from '../conversations/schema.ts';
import type { LiveStream } from '../live.ts';
import type { StoredSettings } from '../settings/schema.ts';
import type { Changes, ChangesSince } from './changes.ts';
import type { WatchEvent } from './events.ts';
import type {
  FoundPosition,
  MarkRead,
  MarkUnread,
  MessageEdit,
  MessageList,
  MessagePage,
  MessageRef,
  MessageSend,
  MessageView,
  MessageWatch,
  PositionAt,
  StoredMessage,
} from './schema.ts';

/** Every call throws NOT_MEMBER when there is no such conversation or the viewer is not in it. */
export interface MessagesService {
  /**
   * Stores a message and numbers it. A repeated send with the same id gives the stored message, from any server, also
   * when it was edited or its sender has left meanwhile.
   * @throws CONFLICT for an id already used with another content or by another sender; NOT_FOUND when the message it answers
   * is not there, is deleted, or may not be seen by the sender, and so for that whose thread it is for, which may be deleted
   * once it has replies; CONFLICT for a thread on a reply of a thread, and when it answers what is not in the thread;
   * INVALID_INPUT when one it mentions is not a member; FORBIDDEN when it mentions everybody, in a direct conversation and to those whose
   * role has no permission, and in a direct conversation
   * whose other person cannot be reached: the account is deleted, or one of the two has blocked the other; UNAVAILABLE
   */
  send(viewer: Viewer, input: MessageSend): Promise<StoredMessage>;
  /** A page of the timeline; the latest one when no position is given. */
  list(viewer: Viewer, input: MessageList): Promise<MessagePage>;
  /** The first entry that is of a time or later, of those the viewer may see: where to begin reading a day. */
  positionAt(viewer: Viewer, input: PositionAt): Promise<FoundPosition>;
  /** What changed after `since`, of one snapshot of the primary (rules 13 to 15 of the protocol). */
  changes(viewer: Viewer, input: ChangesSince): Promise<Changes>;
  /** @throws NOT_FOUND; CONFLICT when its id alone does not say which message is meant */
  get(viewer: Viewer, input: MessageRef): Promise<MessageView>;
  /**
   * Replaces what a message says, and whom it mentions where that is given. Only who is mentioned anew has to be a member.
   * @throws as `get`; FORBIDDEN for messages of others and system entries, and as `send`; INVALID_INPUT as `send`; CONFLICT once
   * it is deleted
   */
  edit(viewer: Viewer, input: MessageEdit): Promise<StoredMessage>;
  /**
   * Empties a message; deleting it again gives the same.
   * @throws as `get`; FORBIDDEN unless it is one's own or the viewer is owner or admin of the group
   */
  delete(viewer: Viewer, input: MessageRef): Promise<StoredMessage>;
  /**
   * Moves the viewer's read position up, never down and never past the latest. A mark as unread at or before it moves behind
   * it, and is gone when nothing of others follows.
   * @throws NOT_FOUND when one of the messages named is not in the conversation
   */
  markRead(viewer: Viewer, input: MarkRead): Promise<ReadMark>;
  /**
   * Marks a conversation as unread from an entry on: read positions stay where they are.
   * @throws NOT_FOUND when the entry is not there to see; INVALID_INPUT when it lies too far back
   */
  markUnread(viewer: Viewer, input: MarkUnread): Promise<StoredSettings>;
  /** One conversation, live. Ends with NOT_MEMBER on removal. */
  watch(viewer: Viewer, input: MessageWatch): Promise<LiveStream<TrackedEnvelope<WatchEvent>>>;
}
