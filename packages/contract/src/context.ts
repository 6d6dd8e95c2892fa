import type { ClientInfo, Viewer } from './auth/schema.ts';
import type { AuthService } from './auth/service.ts';
import type { CallLimits } from './call-limits.ts';
import type { BlocksService } from './blocks/service.ts';
import type { ConversationsService } from './conversations/service.ts';
import type { GroupsService } from './groups/service.ts';
import type { DraftsService } from './drafts/service.ts';
import type { InboxService } from './inbox/service.ts';
import type { InvitationsService } from './invitations/service.ts';
import type { KeyHolder } from './keys/holder.ts';
import type { MentionsService } from './mentions/service.ts';
import type { MessagesService } from './messages/service.ts';
import type { SearchService } from './search/service.ts';
import type { PinsService } from './pins/service.ts';
import type { ReactionsService } from './reactions/service.ts';
import type { SavedService } from './saved/service.ts';
import type { PresenceService } from './presence/service.ts';
import type { ThreadsService } from './threads/service.ts';
import type { ReceiptsService } from './receipts/service.ts';
import type { SettingsService } from './settings/service.ts';
import type { TypingService } from './typing/service.ts';
import type { UsersService } from './users/service.ts';

/** One service per feature, as procedures call them. */
export interface Services {
  readonly auth: AuthService;
  readonly users: UsersService;
  readonly blocks: BlocksService;
  readonly conversations: ConversationsService;
  readonly groups: GroupsService;
  readonly invitations: InvitationsService;
  readonly messages: MessagesService;
  readonly mentions: MentionsService;
  readonly reactions: ReactionsService;
  readonly pins: PinsService;
  readonly saved: SavedService;
  readonly settings: SettingsService;
  readonly drafts: DraftsService;
  readonly inbox: InboxService;
  readonly search: SearchService;
  readonly presence: PresenceService;
  readonly threads: ThreadsService;
  readonly receipts: ReceiptsService;
  readonly typing: TypingService;
}

/** What a procedure is called with. */
export interface Context extends Services {
  /** Names the request in logs and in answers to internal errors. */
  readonly requestId: string;
  readonly client: ClientInfo;
  /** Asked before every call, of whichever transport. */
  readonly limits: CallLimits;
  /**
   * Who is calling, as proved by the request's or the socket's credentials.
   * @throws UNAUTHENTICATED
   */
  authenticate(): Viewer | Promise<Viewer>;
  /**
   * Which server is calling, as proved by an API key.
   * @throws UNAUTHENTICATED; FORBIDDEN when somebody calls who is no server
   */
  authenticateKey(): KeyHolder | Promise<KeyHolder>;
}
