/** What is kept in the audit log. */
type AuditKind =
  | 'account-created'
  | 'account-disabled'
  | 'account-enabled'
  | 'account-deleted'
  | 'data-exported'
  | 'email-verified'
  | 'registration-refused'
  | 'signed-in'
  | 'sign-in-failed'
  | 'session-ended'
  | 'refresh-token-reused'
  | 'password-changed'
  | 'password-reset-asked'
  | 'password-reset'
  | 'key-created'
  | 'key-revoked'
  | 'key-used'
  | 'role-changed'
  | 'ownership-passed-on'
  | 'member-removed'
  | 'member-joined'
  | 'invitation-made'
  | 'invitation-revoked'
  | 'group-made-public'
  | 'group-made-private';

/**
 * One line of the audit log: who (`actorId`) did it, to whom (`subjectId`), where. Never holds what somebody typed, a token
 * or an e-mail address.
 */
export interface AuditEvent {
  readonly kind: AuditKind;
  readonly actorId?: string;
  readonly subjectId?: string;
  readonly conversationId?: string;
  readonly sessionId?: string;
  readonly keyId?: string;
  /** Where the call came from, as far as it is known. */
  readonly address?: string;
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}
