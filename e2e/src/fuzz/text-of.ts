import type { RawData } from 'ws';

/** What came in a frame, as text. */
export function textOf(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString() : '';
}
