import { parseArgs } from 'node:util';

export type Project = 'unit' | 'e2e';

export interface TestArguments {
  /** The vitest projects to run. */
  projects: readonly Project[];
  /** Whether the checks that are no tests (types, lint and so on) run too. */
  checks: boolean;
  full: boolean;
  watch: boolean;
  coverage: boolean;
  /** Handed to vitest as they are: names of files, `-t` and the name of a test. */
  filter: readonly string[];
}

const USAGE = 'usage: test [--only unit|e2e] [--full] [--watch] [--coverage] [-- <what vitest takes>]';

/** @throws {Error} with the usage. */
export function readArguments(argv: readonly string[]): TestArguments {
  const end = argv.indexOf('--');
  const own = end === -1 ? argv : argv.slice(0, end);
  const { values, positionals } = parse(own);
  const { only, full, watch, coverage } = values;
  if (only !== undefined && only !== 'unit' && only !== 'e2e') throw new Error(USAGE);
  const filter = [...positionals, ...(end === -1 ? [] : argv.slice(end + 1))];
  const projects: readonly Project[] = only === undefined ? ['unit', 'e2e'] : [only];
  return {
    projects: watch ? projects.slice(0, 1) : projects,
    checks: only === undefined && !watch && filter.length === 0,
    full,
    watch,
    coverage,
    filter,
  };
}

function parse(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args: [...args],
      options: { only: { type: 'string' }, full: flag, watch: flag, coverage: flag },
      allowPositionals: true,
    });
  } catch (error) {
    throw new Error(USAGE, { cause: error });
  }
}
