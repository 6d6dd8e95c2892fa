import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, link, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const secretBytes = 48;

/** The secret kept in the data directory, made on the first call. Two processes that start at once get the same. */
export async function keptSecret(dataDir: string): Promise<string> {
  const path = join(dataDir, 'jwt-secret');
  const kept = await read(path);
  if (kept !== null) return kept;
  await mkdir(dataDir, { recursive: true });
  // No other's: in containers that share the directory all processes may have the same number.
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, `${randomBytes(secretBytes).toString('base64url')}\n`, { mode: 0o600 });
  try {
    // Whole or not at all, and never over one that another process has just made.
    await link(draft, path);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return keptSecret(dataDir);
}

async function read(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
