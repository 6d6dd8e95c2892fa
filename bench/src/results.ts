import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { promisify } from 'node:util';
import type { Measurement } from './report.ts';

const execute = promisify(execFile);

/** What one run of benchmarks gave, and where. */
export interface Results {
  readonly at: string;
  readonly commit: string;
  readonly machine: string;
  readonly measurements: readonly Measurement[];
}

export async function writeResults(file: string, measurements: readonly Measurement[]): Promise<void> {
  const processors = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  const commit = await execute('git', ['rev-parse', '--short', 'HEAD']).catch(() => ({ stdout: 'unknown' }));
  const results: Results = {
    at: new Date().toISOString().slice(0, 10),
    commit: commit.stdout.trim(),
    machine: `${processors.length} cores (${processors[0]?.model.trim() ?? 'unknown'}), ${gigabytes} GiB, Node.js ${process.version}`,
    measurements,
  };
  await writeFile(file, `${JSON.stringify(results, null, 1)}\n`);
}

/** @throws Error when it is not a file of `writeResults` */
export async function readResults(file: string): Promise<Results> {
  const results: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (!isResults(results)) throw new Error(`unable to read ${file}; it holds no results`);
  return results;
}

function isResults(value: unknown): value is Results {
  return typeof value === 'object' && value !== null && 'measurements' in value && 'machine' in value;
}
