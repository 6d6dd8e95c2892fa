import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Code, shippedCode } from './code.ts';
import type { Mutation } from './mutations.ts';

const packages = fileURLToPath(new URL('../../../packages', import.meta.url));
/** Within a workspace, so that what the copies import is found. */
const place = fileURLToPath(new URL('../../.mutants', import.meta.url));

const sync = [
  'state',
  'step',
  'inbox',
  'entry',
  'entries',
  'answers',
  'due',
  'jump',
  'stretches',
  'threads',
].map((name) => `sync/${name}.ts`);
const reducers = [
  'conversations/summary.ts',
  'members/roster.ts',
  'messages/timeline.ts',
  'threads/thread.ts',
  'reactions/known.ts',
  'reactions/own.ts',
];
const sdk = [...sync, ...reducers, 'cache/record.ts', 'in-order.ts', 'is-object.ts'];

/** A copy of the code with one fault put in; disposing it removes the copy. */
export interface Mutant extends AsyncDisposable {
  readonly code: Code;
}

/** @throws Error when the text to be replaced does not occur exactly once */
export async function mutate({ file, from, to }: Mutation): Promise<Mutant> {
  const folder = join(place, randomUUID());
  const inFeed = file.startsWith('engine/');
  const files = inFeed ? ['engine/src/feeds/feed.ts'] : sdk.map((name) => `sdk/src/${name}`);
  for (const name of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await copyFile(join(packages, name), join(folder, name));
  }
  const text = await readFile(join(folder, file), 'utf8');
  if (text.split(from).length !== 2) throw new Error(`${file} does not hold this once: ${from}`);
  await writeFile(
    join(folder, file),
    text.replace(from, () => to),
  );
  const load = (name: string) => import(/* @vite-ignore */ pathToFileURL(join(folder, name)).href);
  const code: Code = inFeed
    ? { ...shippedCode, feed: await load('engine/src/feeds/feed.ts') }
    : {
        ...shippedCode,
        sync: {
          ...(await load('sdk/src/sync/step.ts')),
          ...(await load('sdk/src/sync/state.ts')),
          ...(await load('sdk/src/messages/timeline.ts')),
          ...(await load('sdk/src/members/roster.ts')),
        },
        cache: await load('sdk/src/cache/record.ts'),
      };
  return { code, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
