import type { Invitation } from '@parley/contract';
import type { InvitationRow } from './queries.ts';

export function invitationOf(row: Omit<InvitationRow, 'hash' | 'revoked_at'>): Invitation {
  return {
    id: row.id,
    conversationId: row.conversation_id,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    maxUses: row.max_uses,
    uses: row.uses,
    hint: row.hint,
  };
}
