/** The system's code of an error ("ENOENT"), if it has one. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** What a user is told: one line, whatever failed underneath. */
export function asStartFailure(error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error);
  if (message.startsWith('unable to start')) return error instanceof Error ? error : new Error(message);
  return new Error(`unable to start the embedded PostgreSQL; ${oneLine(message)}`, { cause: error });
}

/**
 * The telling part of what a PostgreSQL program printed, on one line: its errors, or else its last words.
 */
export function gist(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  const telling = lines.filter((line) => /(FATAL|PANIC|HINT|DETAIL|[Ee]rror):/.test(line));
  const chosen = (telling.length > 0 ? telling : lines.filter((line) => line !== '')).slice(-3);
  return oneLine(chosen.map((line) => line.replace(/^.*?\b(FATAL|PANIC|HINT|DETAIL):\s*/, '')).join('; '));
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 600);
}
