import { mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type DestinationStream, pino } from 'pino';

export interface RotatingFileOptions {
  /** The file that is written to; older ones stand beside it as `.1`, `.2` and so on, the newest first. */
  readonly path: string;
  /** Size above which it is put aside, in bytes. */
  readonly maxBytes: number;
  /** How many older ones are kept. */
  readonly keep: number;
}

/**
 * A log file of bounded size. Lines are written at once, so that also what is said last reaches the file; libraries
 * that rotate buffer them, or number the current file, too. Several processes may share a file.
 * @throws when the file cannot be made
 */
export function rotatingFile({ path, maxBytes, keep }: RotatingFileOptions): DestinationStream {
  mkdirSync(dirname(path), { recursive: true });
  const file = pino.destination({ dest: path, sync: true });
  let bytes = sizeOf(path);
  let failed = false;
  file.on('error', (error: Error) => {
    // A full disk must not end the process; the standard output has the line as well.
    if (!failed) process.stderr.write(`parley: unable to write to ${path}; ${error.message}\n`);
    failed = true;
  });
  const rotate = (): void => {
    // Another process on the same file may have put it aside already.
    if (sizeOf(path) >= maxBytes) putAside(path, keep);
    file.reopen();
    bytes = sizeOf(path);
  };
  return {
    write(line) {
      if (bytes >= maxBytes) rotate();
      file.write(line);
      bytes += Buffer.byteLength(line);
    },
  };
}

function putAside(path: string, keep: number): void {
  for (let age = keep - 1; age >= 0; age -= 1) {
    const from = age === 0 ? path : `${path}.${age}`;
    try {
      renameSync(from, `${path}.${age + 1}`);
    } catch {
      // There is none of that age yet.
    }
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
