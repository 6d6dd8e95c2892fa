import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';

/** What the end of a run names: a test, a file or a check that failed, and the beginning of why. */
const Failure = z.object({ name: z.string(), error: z.string() });
export type Failure = z.infer<typeof Failure>;

/** What a vitest run came to. */
export const Report = z.object({
  passed: z.number(),
  failures: z.array(Failure),
  /** Names. */
  skipped: z.array(z.string()),
});
export type Report = z.infer<typeof Report>;

/** Lines of an error that say enough to know where to look. */
const LINES = 8;
/** With more failures than this each has one line, so that all of them fit on a screen. */
const FEW = 10;

/** The first lines of an error, as plain text. */
export function beginningOf(text: string, lines = LINES): string {
  const told = stripVTControlCharacters(text)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  return told.slice(0, lines).join('\n');
}

/** All failures, one under the other. */
export function listOf(failures: readonly Failure[]): string {
  const lines = failures.length > FEW ? 1 : LINES;
  return failures
    .map(({ name, error }) =>
      [`✗ ${name}`, ...beginningOf(error, lines).split('\n')].join('\n    ').trimEnd(),
    )
    .join('\n');
}
