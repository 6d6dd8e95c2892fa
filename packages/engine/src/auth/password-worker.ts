import { createHmac } from 'node:crypto';
import { constants, setPriority } from 'node:os';
import bcrypt from 'bcryptjs';

export type PasswordTask =
  | { readonly type: 'hash'; readonly password: string }
  | { readonly type: 'verify'; readonly password: string; readonly hash: string | null };

export interface PasswordAnswer {
  readonly answer: string | boolean;
  /** How long it took. */
  readonly ms: number;
}

/** Whoever waits for a message goes first. On Linux a thread has a priority of its own, elsewhere the process has one. */
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL / 2);

const cost = 12;
/** The hash of no password, of the same cost: to compare with it takes as long as with an account's. */
const decoy = `$2b$${cost}$${'.'.repeat(53)}`;

/**
 * bcrypt ignores what follows byte 72, and stops at a NUL. A keyed digest of fixed length makes every byte count; its key
 * only keeps the result apart from plain SHA-256 digests that may have leaked elsewhere.
 */
export function digest(password: string): string {
  return createHmac('sha256', 'parley password v1').update(password.normalize('NFKC')).digest('base64');
}

export default async function work(task: PasswordTask): Promise<PasswordAnswer> {
  const from = performance.now();
  const answer = await answerTo(task);
  return { answer, ms: performance.now() - from };
}

async function answerTo(task: PasswordTask): Promise<string | boolean> {
  const password = digest(task.password);
  if (task.type === 'hash') return bcrypt.hash(password, cost);
  // What is no hash, as of an account without a password, would be told apart at once.
  const known = task.hash !== null && task.hash.length === decoy.length;
  const matches = await bcrypt.compare(password, known ? task.hash : decoy);
  return matches && known;
}
