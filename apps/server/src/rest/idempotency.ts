import { type FieldFault, ParleyError } from '@parley/contract';
import { createHash } from 'node:crypto';
import { z } from 'zod';

const plain = /^[\x21-\x7e]{1,255}$/;
const Uuid = z.uuid();

/**
 * The id a message gets from an `Idempotency-Key`: the key itself when it is a UUID, else one derived from it and who
 * sends, so that another person's key of the same name is another key.
 * @throws INVALID_INPUT for a key that is empty, over 255 characters or not printable ASCII
 */
export function idOfKey(header: string, userId: string): string {
  // A quoted string, as the draft of the header has it, or the bare key, as most send it.
  const key = /^"(.*)"$/.exec(header)?.[1] ?? header;
  if (!plain.test(key)) throw refused('must be 1 to 255 printable ASCII characters without spaces');
  const uuid = Uuid.safeParse(key);
  return uuid.success ? uuid.data.toLowerCase() : derivedId(key, userId);
}

/** The input with the id that the key stands for. @throws INVALID_INPUT when it has another one already */
export function withId(input: unknown, id: string): unknown {
  if (typeof input !== 'object' || input === null) return input;
  if ('id' in input && input.id !== undefined && input.id !== id) {
    throw refused('must be the id of the message when that is given, too');
  }
  return { ...input, id };
}

/** A UUID of version 8 (RFC 9562): 122 bits of a SHA-256. */
function derivedId(key: string, userId: string): string {
  const bytes = createHash('sha256')
    .update(`parley idempotency key\0${userId}\0${key}`)
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function refused(reason: string): ParleyError {
  const fault: FieldFault = { path: 'Idempotency-Key', message: reason };
  return new ParleyError('INVALID_INPUT', `unable to read the input; Idempotency-Key: ${reason}`, {
    fields: [fault],
  });
}
