import { join } from 'node:path';
import { parseArgs, stripVTControlCharacters } from 'node:util';
import { runCommand } from '../processes/command.ts';
import { mutations } from './all.ts';
import { copyTree } from './copy.ts';
import type { Mutation } from './mutation.ts';

// Shows that each invariant's test looks: with the mechanism in place it passes, with it switched off it fails.
const usage = 'usage: mutations [--only I4[,I9]] [--list]';
const limitMs = 600_000;

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort());

const { values } = parseArgs({
  options: { only: { type: 'string' }, list: { type: 'boolean', default: false } },
});
const only = values.only?.split(',');
const chosen = mutations.filter(({ invariant }) => only?.includes(invariant) ?? true);
if (chosen.length === 0) throw new Error(usage);
if (values.list) for (const mutation of chosen) console.log(titleOf(mutation));
else process.exitCode = await showAll(chosen);

async function showAll(all: readonly Mutation[]): Promise<number> {
  await using copy = await copyTree();
  const sound = new Map<string, boolean>();
  let missed = 0;
  for (const mutation of all) {
    if (interrupted.signal.aborted) return 1;
    const key = `${mutation.test} ${mutation.name}`;
    if (!sound.has(key)) sound.set(key, (await run(copy.path, mutation)) === 'passes');
    const undo = await copy.apply(mutation);
    const outcome = sound.get(key) === true ? await run(copy.path, mutation) : 'fails without it, too';
    await undo();
    const caught = outcome === 'fails';
    if (!caught) missed += 1;
    console.log(`${caught ? '✓ caught' : `✗ not caught (${outcome})`}: ${titleOf(mutation)}`);
  }
  console.log(`${all.length - missed} of ${all.length} mutations caught`);
  return missed === 0 ? 0 : 1;
}

function titleOf({ invariant, what, file, test, name }: Mutation): string {
  return `${invariant} ${what} (${file}), by "${name}" of ${test}`;
}

type Outcome = 'passes' | 'fails' | 'no such test' | 'breaks before the test';

async function run(path: string, { project, test, name }: Mutation): Promise<Outcome> {
  const pattern = name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const node = [process.execPath, '--conditions=@parley/source', join('scripts', 'test.ts')] as const;
  const { output } = await runCommand([...node, '--only', project, '--', test, '-t', pattern], {
    cwd: path,
    env: { NO_COLOR: '1' },
    signal: interrupted.signal,
    timeout: limitMs,
  });
  const text = stripVTControlCharacters(output);
  const counted = /^(\d+) passed, (\d+) failed\s*$/m.exec(text);
  const [passed, failed] = [Number(counted?.[1] ?? 0), Number(counted?.[2] ?? 1)];
  if (failed === 0) return passed > 0 ? 'passes' : 'no such test';
  // A file that cannot be run, or whose set-up fails, has not looked.
  const named = text.split('\n').some((line) => /\bFAIL\b/.test(line) && line.includes(` > ${name}`));
  return named ? 'fails' : 'breaks before the test';
}
