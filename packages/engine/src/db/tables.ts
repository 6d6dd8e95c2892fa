// Generated from the schema by `pnpm db:generate`; a test compares them.
import type { Generated } from 'kysely';
import type { MessageMetadata } from '../messages/metadata.ts';

/** The rows as PostgreSQL holds them. `bigint` columns are numbers: positions and seqs stay far below 2^53. */
export interface Tables {
  deployment: DeploymentTable;
  users: UsersTable;
  sessions: SessionsTable;
  refresh_tokens: RefreshTokensTable;
  conversations: ConversationsTable;
  members: MembersTable;
  messages: MessagesTable;
  servers: ServersTable;
  audit_events: AuditEventsTable;
  mailed_tokens: MailedTokensTable;
  external_identities: ExternalIdentitiesTable;
  api_keys: ApiKeysTable;
  blocks: BlocksTable;
  search_entries: SearchEntriesTable;
  search_progress: SearchProgressTable;
  presence_holders: PresenceHoldersTable;
  presence_leases: PresenceLeasesTable;
  reactions: ReactionsTable;
  pins: PinsTable;
  saved_messages: SavedMessagesTable;
  conversation_settings: ConversationSettingsTable;
  drafts: DraftsTable;
  invitations: InvitationsTable;
  public_groups: PublicGroupsTable;
  thread_replies: ThreadRepliesTable;
  thread_followers: ThreadFollowersTable;
  mentions: MentionsTable;
}

export interface DeploymentTable {
  only_row: Generated<boolean>;
  id: Generated<string>;
}

export interface UsersTable {
  id: string;
  email: string | null;
  username: string;
  display_name: string | null;
  avatar: string | null;
  password_hash: string | null;
  online_until: Date | null;
  last_seen_at: Date | null;
  inbox_seq: Generated<number>;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
  email_verified_at: Date | null;
  disabled_at: Date | null;
  blocks_seq: Generated<number>;
  deleted_at: Date | null;
  erasing: 'keep' | 'remove' | null;
  erase_claimed_until: Date | null;
  appears_offline: Generated<boolean>;
  last_seen_visible: Generated<'everybody' | 'nobody'>;
  reactions_seq: Generated<number>;
  saved_seq: Generated<number>;
  read_receipts: Generated<'everybody' | 'nobody'>;
  threads_seq: Generated<number>;
}

export interface SessionsTable {
  id: string;
  user_id: string;
  device: string;
  address: string;
  created_at: Generated<Date>;
  last_used_at: Generated<Date>;
  expires_at: Date;
  ended_at: Date | null;
  issuer: string | null;
}

export interface RefreshTokensTable {
  hash: Buffer;
  session_id: string;
  created_at: Generated<Date>;
  used_at: Date | null;
  parent: Buffer | null;
}

export interface ConversationsTable {
  id: string;
  kind: 'direct' | 'group';
  title: string | null;
  avatar: string | null;
  history: Generated<'full' | 'from-joining'>;
  last_position: Generated<number>;
  last_ordinal: Generated<number>;
  last_seq: Generated<number>;
  changed_seq: Generated<number>;
  member_version: Generated<number>;
  created_by: string;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
  closed: Generated<boolean>;
  description: string | null;
  is_public: Generated<boolean>;
  member_count: Generated<number>;
  counted_version: Generated<number>;
  thread_position: Generated<number>;
  main_position: Generated<number>;
}

export interface MembersTable {
  conversation_id: string;
  user_id: string;
  role: 'owner' | 'admin' | 'member';
  joined_seq: number;
  joined_position: number;
  read_position: Generated<number>;
  read_ordinal: Generated<number>;
  sent: Generated<number>;
  read_sent: Generated<number>;
  left_at: Date | null;
  seq: number;
  inbox_seq: number;
  delivered_position: Generated<number>;
  removed: Generated<boolean>;
}

export interface MessagesTable {
  conversation_id: string;
  position: number;
  ordinal: number;
  id: string;
  sender_id: string;
  type: 'text' | 'system';
  content: string;
  metadata: MessageMetadata | null;
  payload_hash: Buffer;
  created_at: Date;
  edited_at: Date | null;
  deleted_at: Date | null;
  seq: number;
}

export interface ServersTable {
  id: string;
  bus: 'memory' | 'redis';
  host: string;
  pid: number;
  process_start: string;
  started_at: Generated<Date>;
  alive_until: Date;
}

export interface AuditEventsTable {
  id: string;
  at: Generated<Date>;
  kind: string;
  actor_id: string | null;
  subject_id: string | null;
  conversation_id: string | null;
  session_id: string | null;
  key_id: string | null;
  address: string | null;
  details: Readonly<Record<string, string | number | boolean>> | null;
}

export interface MailedTokensTable {
  user_id: string;
  purpose: 'password-reset' | 'email-verification';
  hash: Buffer;
  expires_at: Date;
}

export interface ExternalIdentitiesTable {
  issuer: string;
  subject: string;
  user_id: string;
  profile_hash: Buffer | null;
  profile_at: Date | null;
  created_at: Generated<Date>;
}

export interface ApiKeysTable {
  id: string;
  name: string;
  hash: Buffer;
  scopes: string[];
  created_at: Generated<Date>;
  last_used_at: Date | null;
  expires_at: Date | null;
  revoked_at: Date | null;
}

export interface BlocksTable {
  blocker_id: string;
  blocked_id: string;
  created_at: Generated<Date>;
}

export interface SearchEntriesTable {
  conversation_id: string;
  sent_at: Date;
  position: number;
  sender_id: string;
  has_link: boolean;
  words: string;
}

export interface SearchProgressTable {
  conversation_id: string;
  indexed_seq: number;
}

export interface PresenceHoldersTable {
  id: string;
  alive_until: Date;
}

export interface PresenceLeasesTable {
  user_id: string;
  holder_id: string;
  away: boolean;
}

export interface ReactionsTable {
  conversation_id: string;
  position: number;
  user_id: string;
  emoji: string;
  reacted_at: Date;
  removed_at: Date | null;
  seq: number;
  inbox_seq: number;
}

export interface PinsTable {
  conversation_id: string;
  position: number;
  seq: number;
}

export interface SavedMessagesTable {
  user_id: string;
  message_id: string;
  conversation_id: string;
  position: number;
  saved_at: Date;
  inbox_seq: number;
}

export interface ConversationSettingsTable {
  conversation_id: string;
  user_id: string;
  inbox_seq: number;
  muted_until: Date | null;
  archived: Generated<boolean>;
  pinned_at: Date | null;
  hidden_ordinal: number | null;
  unread_position: number | null;
  unread_ordinal: number | null;
  unread_sent: number | null;
  unread_inbox_seq: number | null;
}

export interface DraftsTable {
  conversation_id: string;
  user_id: string;
  inbox_seq: number;
  content: string;
  reply_to: string | null;
  updated_at: Date;
}

export interface InvitationsTable {
  conversation_id: string;
  id: string;
  hash: Buffer;
  hint: string;
  created_by: string;
  created_at: Date;
  expires_at: Date;
  revoked_at: Date | null;
  max_uses: number | null;
  uses: Generated<number>;
}

export interface PublicGroupsTable {
  conversation_id: string;
  words: string;
}

export interface ThreadRepliesTable {
  conversation_id: string;
  root_position: number;
  position: number;
  ordinal: number;
  own_ordinal: number;
  sender_id: string;
}

export interface ThreadFollowersTable {
  conversation_id: string;
  root_position: number;
  user_id: string;
  following: boolean;
  read_ordinal: number;
  sent: number;
  read_sent: number;
  inbox_seq: number;
}

export interface MentionsTable {
  conversation_id: string;
  user_id: string;
  position: number;
  sender_id: string;
  created_at: Date;
}
