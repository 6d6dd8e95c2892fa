import { execFile } from 'node:child_process';
import { cp, mkdir, readFile } from 'node:fs/promises';
import { basename, delimiter, dirname, join, matchesGlob, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Stage } from './dockerfile.ts';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('../../', import.meta.url));
const workdir = '/app/';
const stepMs = 120_000;

/**
 * Does what building an image would do, without an engine: each stage gets a folder in place of `/app`, its COPY and RUN
 * steps are carried out in it. Stages that start from an image are taken as made: their programs are this machine's.
 * @returns the last stage's folder
 */
export async function buildImage(stages: readonly Stage[], directory: string): Promise<string> {
  const made = new Set<string>();
  const tools = stages.filter(({ steps }) => !steps.some(({ instruction }) => instruction === 'COPY'));
  for (const stage of stages) {
    const folder = join(directory, stage.name);
    await mkdir(folder);
    if (!tools.includes(stage)) {
      for (const { instruction, text } of stage.steps) {
        if (instruction === 'RUN') await runIn(folder, text);
        if (instruction === 'COPY') await copyInto(folder, text, directory);
      }
    }
    made.add(stage.name);
  }
  return join(directory, stages.at(-1)?.name ?? '');
}

async function copyInto(folder: string, text: string, directory: string): Promise<void> {
  const words = text.split(' ');
  const [, stage] = /^--from=(.+)$/.exec(words[0] ?? '') ?? [];
  const [source = '', target = ''] = stage === undefined ? words : words.slice(1);
  const options = { recursive: true, verbatimSymlinks: true };
  if (stage === undefined) {
    const kept = await notIgnored();
    await cp(repository, folder, { ...options, filter: kept });
    return;
  }
  if (!source.startsWith(workdir)) throw new Error(`unable to copy ${source}; it is outside of ${workdir}`);
  const path = join(directory, stage, source.slice(workdir.length));
  // A folder's contents go to the target, a file goes into it.
  const into = source.endsWith('/') ? join(folder, target) : join(folder, target, basename(source));
  await cp(path, into, options);
}

/** Whether .dockerignore lets a path of the repository into a build. */
async function notIgnored(): Promise<(path: string) => boolean> {
  const lines = (await readFile(join(repository, '.dockerignore'), 'utf8')).split('\n');
  const patterns = lines.filter((line) => line !== '' && !line.startsWith('#'));
  return (path) => !patterns.some((pattern) => matchesGlob(relative(repository, path), pattern));
}

async function runIn(folder: string, command: string): Promise<void> {
  const { NODE_ENV: _, ...inherited } = process.env;
  const bins = [dirname(process.execPath), join(repository, 'node_modules', '.bin')];
  const env = {
    ...inherited,
    PATH: [...bins, process.env['PATH']].join(delimiter),
    TURBO_TELEMETRY_DISABLED: '1',
    // Everything is in the store since this repository was installed.
    PNPM_CONFIG_PREFER_OFFLINE: 'true',
    PNPM_CONFIG_TRUST_LOCKFILE: 'true',
  };
  const options = { cwd: folder, env, timeout: stepMs, maxBuffer: 64 * 1024 * 1024 };
  await run('sh', ['-c', command], options).catch((error: unknown) => {
    const output = error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
    throw new Error(`unable to build; ${command} failed:\n${output}`, { cause: error });
  });
}
