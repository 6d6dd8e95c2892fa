import { parseArgs } from 'node:util';

/** What is said on the command line beside which benchmarks to run. */
export interface RunOptions {
  /** Names of servers to measure; all that a benchmark is made for when left out. */
  readonly only: readonly string[] | null;
  /** A commit whose server is measured beside this one's, as one more. */
  readonly against: string | null;
  /** A folder for a profile of Parley's processor time. */
  readonly profile: string | null;
  /** A file for the results. */
  readonly json: string | null;
}

/** @throws Error that says what is not understood */
export function readOptions(args: readonly string[]): { names: readonly string[]; options: RunOptions } {
  const { values, positionals } = parseArgs({
    args: args.filter((each) => each !== '--'),
    allowPositionals: true,
    options: {
      only: { type: 'string' },
      against: { type: 'string' },
      profile: { type: 'string' },
      json: { type: 'string' },
    },
  });
  const { only, against = null, profile = null, json = null } = values;
  return { names: positionals, options: { only: only?.split(',') ?? null, against, profile, json } };
}
