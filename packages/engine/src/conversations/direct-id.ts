import { createHash } from 'node:crypto';

/**
 * The id of the direct conversation of two people: a UUIDv8 (RFC 9562) over a SHA-256 of their sorted ids, so that making
 * it twice is making it once.
 */
export function directConversationId(a: string, b: string): string {
  const bytes = createHash('sha256').update([a, b].toSorted().join(':')).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
