/**
 * An id for a message: a UUID of version 7 (RFC 9562), of the time and 74 random bits. Written out here because a library for
 * it is as large as all hooks.
 */
export function newId(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  // The two highest bits are the variant.
  bytes[1] = ((bytes[1] ?? 0) & 0x3f) | 0x80;
  const random = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [
    time.slice(0, 8),
    time.slice(8),
    `7${random.slice(17)}`,
    random.slice(2, 6),
    `${random.slice(6, 17)}${random.slice(0, 1)}`,
  ].join('-');
}
