import type { ExportLine } from '@parley/contract';
import { afterEach, expect, test, vi } from 'vitest';
import { exportLines } from './export-lines.ts';

afterEach(() => vi.unstubAllGlobals());

const url = 'http://localhost:3000/auth/export';
const block = (userId: string) => `${JSON.stringify({ type: 'block', block: { userId, blockedAt: '' } })}\n`;
const end = (lines: number) => `${JSON.stringify({ type: 'end', lines })}\n`;

/** Has the server answer with these pieces, however lines lie in them. */
function answering(pieces: readonly string[], init: ResponseInit = {}): void {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });
  vi.stubGlobal('fetch', async () => new Response(body, init));
}

async function read(): Promise<ExportLine['type'][]> {
  const types: ExportLine['type'][] = [];
  for await (const { type } of exportLines(url, 'token')) types.push(type);
  return types;
}

test('lines come whole, however they are cut on the way', async () => {
  const text = `${block('a')}${block('b')}${end(2)}`;
  answering([text.slice(0, 7), text.slice(7, 60), text.slice(60)]);
  expect(await read()).toEqual(['block', 'block', 'end']);
});

test.each([
  ['the last line is missing', [block('a')]],
  ['it was cut within a line', [block('a'), '{"type":"bl']],
  ['a line is missing', [block('a'), end(2)]],
])('throws when %s', async (_, pieces) => {
  answering(pieces);
  await expect(read()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

test('throws what the server says', async () => {
  answering([JSON.stringify({ code: 'UNAUTHENTICATED', detail: 'unable to answer; sign in first' })], {
    status: 401,
  });
  await expect(read()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});
