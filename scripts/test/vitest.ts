import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Project, TestArguments } from './arguments.ts';
import { runCommand } from '../processes/command.ts';
import { type Failure, Report } from './report.ts';
import type { Count } from './tally.ts';

/**
 * Runs a vitest project and counts. A run that crashed, that ran nothing or that skipped a test counts as a failure;
 * with a filter skipping and, in a single project, finding nothing is what was asked for.
 */
export async function runVitest(
  project: Project,
  { filter, coverage, watch }: TestArguments,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Count> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-report-'));
  const file = join(directory, 'report.json');
  const flags = ['--project', project, '--project', `${project}-*`, '--reporter=default'];
  if (coverage) flags.push('--coverage');
  if (filter.length > 0) flags.push('--passWithNoTests');
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const { ok } = await runCommand(
    [
      process.execPath,
      vitest,
      watch ? 'watch' : 'run',
      ...flags,
      '--reporter=./scripts/test/reporter.ts',
      ...filter,
    ],
    {
      env: { ...env, PARLEY_TEST_REPORT: file },
      show: true,
      signal,
      timeout: watch ? 2 ** 31 - 20_000 : 3_600_000,
    },
  );
  try {
    const report = Report.parse(JSON.parse(await readFile(file, 'utf8')));
    return judge(project, report, ok, filter.length > 0);
  } catch (error) {
    const why = signal.aborted ? 'interrupted' : `unable to read what they came to; ${String(error)}`;
    return { passed: 0, failures: [{ name: `${project} tests`, error: why }] };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function judge(project: Project, report: Report, ok: boolean, filtered: boolean): Count {
  const { passed, failures, skipped } = report;
  const surprises: Failure[] = [];
  const surprise = (what: string, error = '') => surprises.push({ name: `${project}: ${what}`, error });
  if (!filtered && skipped.length > 0) surprise(`${skipped.length} tests were skipped`, skipped.join('\n'));
  if (!filtered && passed + failures.length === 0) surprise('there was no test');
  if (!ok && failures.length === 0) surprise('vitest failed, although no test did');
  return { passed, failures: [...failures, ...surprises] };
}
