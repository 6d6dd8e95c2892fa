const finalText = 0x81;

/**
 * A WebSocket text frame, as a server sends it (RFC 6455, section 5.2). Built here rather than by ws, so that many
 * sockets share one buffer and what queues up for a socket leaves in one write. Whole frames may mix with those ws
 * writes itself as long as compression is off.
 */
export function textFrame(...parts: readonly (string | Buffer)[]): Buffer {
  const length = parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0);
  const headLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headLength + length);
  frame[0] = finalText;
  if (length < 126) {
    frame[1] = length;
  } else if (length < 65_536) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  let at = headLength;
  for (const part of parts) {
    at += typeof part === 'string' ? frame.write(part, at) : part.copy(frame, at);
  }
  return frame;
}
