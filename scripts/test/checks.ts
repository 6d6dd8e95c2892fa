import { performance } from 'node:perf_hooks';
import { join } from 'node:path';
import { type CommandOptions, runCommand } from '../processes/command.ts';
import type { Tally } from './tally.ts';

export interface Check {
  name: string;
  command: readonly [string, ...string[]];
}

const bin = (name: string): string => join('node_modules', '.bin', name);

/** What needs no server, quickest first. Import cycles are part of lint; turbo refuses cycles of packages. */
export const staticChecks: readonly Check[] = [
  { name: 'format', command: [bin('oxfmt'), '--check'] },
  { name: 'lint and import cycles', command: [bin('oxlint'), '--type-aware', '--deny-warnings'] },
  { name: 'types and package cycles', command: [bin('turbo'), 'run', 'typecheck', 'typecheck:scripts'] },
  {
    name: 'unused code and dependencies',
    command: [bin('knip'), '--no-progress'],
  },
];

/** The web app's own build refuses server code in its bundle. */
export const webBuild: Check = {
  name: 'web build',
  command: [process.execPath, '--conditions=@parley/source', join('scripts', 'build-web.ts')],
};

/** Runs checks one after another, each counting as one test; what a failed one printed is shown. */
export async function runChecks(checks: readonly Check[], tally: Tally, signal: AbortSignal): Promise<void> {
  const options: CommandOptions = { signal, timeout: 300_000 };
  for (const { name, command } of checks) {
    if (signal.aborted) return;
    const started = performance.now();
    const { ok, output } = await runCommand(command, options);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${ok ? '✓' : '✗'} ${name} ${seconds} s`);
    if (!ok) console.log(output.trimEnd());
    tally.add(
      ok ? { passed: 1, failures: [] } : { passed: 0, failures: [{ name, error: tellingLines(output) }] },
    );
  }
}

/** What a check found: the compiler's errors stand between lines about the packages it looked at. */
function tellingLines(output: string): string {
  const errors = output.split('\n').filter((line) => line.includes('error TS'));
  return errors.length > 0 ? errors.join('\n') : output;
}
