import { type FileHandle, open, rename, stat } from 'node:fs/promises';

const LARGEST = 10 * 1024 * 1024;

/** Opens PostgreSQL's own log to append to it; a long one is put aside as `.1` first. */
export async function openLog(path: string): Promise<{ file: FileHandle; size: number } & AsyncDisposable> {
  const before = await stat(path).catch(() => undefined);
  if (before !== undefined && before.size > LARGEST) await rename(path, `${path}.1`);
  const file = await open(path, 'a', 0o600);
  const { size } = await file.stat();
  return { file, size, [Symbol.asyncDispose]: () => file.close() };
}

/** The text of a file from a byte on. */
export async function readFrom(path: string, offset: number): Promise<string> {
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  const { buffer, bytesRead } = await file.read(
    Buffer.alloc(Math.min(size - offset, 65_536)),
    0,
    undefined,
    offset,
  );
  return buffer.toString('utf8', 0, bytesRead);
}
