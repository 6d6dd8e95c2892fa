import { randomBytes } from 'node:crypto';
import { ParleyError } from '@parley/contract';
import { secretTokenHash } from '../auth/tokens.ts';
import type { InvitationKey } from './queries.ts';

const idBytes = 16;
const secretBytes = 24;
const shown = 4;

/**
 * The token of an invitation, which is kept as its hash only: the conversation's id, so that it is looked up where the
 * conversation's data is, and 192 random bits.
 */
export function newInvitationToken(conversationId: string): { token: string; hash: Buffer; hint: string } {
  const id = Buffer.from(conversationId.replaceAll('-', ''), 'hex');
  const token = Buffer.concat([id, randomBytes(secretBytes)]).toString('base64url');
  return { token, hash: secretTokenHash(token), hint: token.slice(-shown) };
}

/** @throws NOT_FOUND for what is no such token */
export function keyOfToken(token: string): InvitationKey {
  const bytes = Buffer.from(token, 'base64url');
  // What is read by overlooking some of it is another text.
  if (bytes.length !== idBytes + secretBytes || bytes.toString('base64url') !== token)
    throw noSuchInvitation();
  const hex = bytes.toString('hex', 0, idBytes);
  const conversationId = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
  return { conversationId, hash: secretTokenHash(token) };
}

export function noSuchInvitation(): ParleyError {
  return new ParleyError('NOT_FOUND', 'unable to open the invitation; there is no such invitation');
}
