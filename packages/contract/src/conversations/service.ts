import type { Viewer } from '../auth/schema.ts';
import type {
  Conversation,
  ConversationCreate,
  ConversationCreated,
  ConversationList,
  ConversationPage,
  ConversationRef,
  ConversationRename,
  ConversationUpdate,
  MemberList,
  MemberPage,
  MemberRemove,
  MembersAdd,
  RoleSet,
  UnreadTotal,
} from './schema.ts';

/** Every call on a conversation throws NOT_MEMBER when there is no such conversation or the viewer is not in it. */
export interface ConversationsService {
  /**
   * Makes a group, or makes or finds the direct conversation of two people.
   * @throws NOT_FOUND when a participant does not exist; INVALID_INPUT when the viewer is the only one; FORBIDDEN when one of
   * them cannot be reached: the account is deleted, or one of the two has blocked the other
   */
  create(viewer: Viewer, input: ConversationCreate): Promise<ConversationCreated>;
  /** The viewer's conversations, those of a view and in its order. */
  list(viewer: Viewer, input: ConversationList): Promise<ConversationPage>;
  /** What is unread in all of them that are neither muted, archived nor hidden. */
  unread(viewer: Viewer): Promise<UnreadTotal>;
  get(viewer: Viewer, input: ConversationRef): Promise<Conversation>;
  members(viewer: Viewer, input: MemberList): Promise<MemberPage>;
  /** @throws FORBIDDEN in a direct conversation, and to those whose role has no permission */
  rename(viewer: Viewer, input: ConversationRename): Promise<Conversation>;
  /**
   * Changes what a group is called, its picture, what it is about, and whether it is public. What is so already changes
   * nothing.
   * @throws FORBIDDEN as for rename, and when somebody but the owner makes it public or private; INVALID_INPUT when a group
   * without a title is made public
   */
  update(viewer: Viewer, input: ConversationUpdate): Promise<Conversation>;
  /**
   * Adds people; those who are in already stay as they are.
   * @throws NOT_FOUND when one of them does not exist; FORBIDDEN as for rename, and as for create; CONFLICT when the group would
   * have more than `limits.membersPerGroup`
   */
  addMembers(viewer: Viewer, input: MembersAdd): Promise<Conversation>;
  /** @throws NOT_FOUND when that person is not a member; FORBIDDEN as for rename, and for those whose role is not below one's own */
  removeMember(viewer: Viewer, input: MemberRemove): Promise<Conversation>;
  /**
   * Gives a member another role, also oneself a lower one. Giving `owner` passes ownership on: the owner is an admin then.
   * Who may is in `permissions`. The role one has already changes nothing.
   * @throws NOT_FOUND when that person is not a member; FORBIDDEN
   */
  setRole(viewer: Viewer, input: RoleSet): Promise<Conversation>;
  /**
   * Leaves a group; ownership passes to the oldest admin, else the oldest member.
   * @throws FORBIDDEN in a direct conversation
   */
  leave(viewer: Viewer, input: ConversationRef): Promise<void>;
}
