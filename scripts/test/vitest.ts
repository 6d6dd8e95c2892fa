import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Project, TestArguments } from './arguments.ts';
import { runCommand } from '../processes/command.ts';
import type { Count } from './tally.ts';

const Report = z.object({ passed: z.number(), failed: z.number(), skipped: z.number() });

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
    return judge(Report.parse(JSON.parse(await readFile(file, 'utf8'))), ok, filter.length > 0);
  } catch (error) {
    if (!signal.aborted) console.error(`unable to read what the ${project} tests came to; ${String(error)}`);
    return { passed: 0, failed: 1 };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function judge({ passed, failed, skipped }: z.infer<typeof Report>, ok: boolean, filtered: boolean): Count {
  const surprises: string[] = [];
  if (!filtered && skipped > 0) surprises.push(`${skipped} tests were skipped`);
  if (!filtered && passed + failed === 0) surprises.push('there was no test');
  if (!ok && failed === 0) surprises.push('vitest failed, although no test did');
  for (const surprise of surprises) console.error(`✗ ${surprise}`);
  return { passed, failed: failed + surprises.length };
}
