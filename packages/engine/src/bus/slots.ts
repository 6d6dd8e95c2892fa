/** How many slots a cluster's channels are spread over. */
export const slotCount = 16_384;

/** The slot of a channel, as Redis computes it: CRC16 (XMODEM) of it, or of what stands between its first braces. */
export function slotOf(channel: string): number {
  const bytes = Buffer.from(hashed(channel));
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
    crc &= 0xffff;
  }
  return crc % slotCount;
}

function hashed(channel: string): string {
  const open = channel.indexOf('{');
  const close = open === -1 ? -1 : channel.indexOf('}', open + 1);
  return close > open + 1 ? channel.slice(open + 1, close) : channel;
}
