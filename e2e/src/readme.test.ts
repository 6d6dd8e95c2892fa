import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Variables } from '../../apps/server/src/config/variables.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

const run = promisify(execFile);
const root = new URL('../../', import.meta.url);
const readme = await readFile(new URL('README.md', root), 'utf8');

const resources = new AsyncDisposableStack();
afterAll(() => resources.disposeAsync());

let server: ServerProcess;
beforeAll(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-readme-'));
  resources.defer(() => rm(dataDir, { recursive: true, force: true }));
  await chmod(dataDir, 0o711); // as root, PostgreSQL runs as somebody else
  server = resources.use(await startServerProcess({ env: { DATA_DIR: dataDir } }));
});

test('the code in the README runs as it stands against the demo of an embedded default', async () => {
  const [, code] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  if (code === undefined) throw new Error('there is no code in the README');
  // Beside the tests, so that it finds the SDK as any workspace of this repository does.
  const file = new URL('readme.snippet.ts', import.meta.url);
  await writeFile(file, code);
  resources.defer(() => rm(file));
  const { stdout } = await run(process.execPath, ['--conditions=@parley/source', file.pathname], {
    env: { PATH: process.env['PATH'], PARLEY_URL: server.url },
    timeout: 30_000,
  });
  expect(stdout).toBe('Grace heard: Hello, Grace!\n');
});

test('so do the commands for curl', async () => {
  const [, commands] = /```sh\n(url=.*?)```/s.exec(readme) ?? [];
  if (commands === undefined) throw new Error('there are no commands for curl in the README');
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', commands], {
    env: {
      PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
      PARLEY_URL: server.url,
    },
    timeout: 30_000,
  });
  expect(stdout).toMatch(/^Hello from curl!\nHello from curl!\n\d+\n$/);
});

test('every variable of the server is explained, in the README and in .env.example, and no other', async () => {
  const example = await readFile(new URL('.env.example', root), 'utf8');
  const names = Object.keys(Variables.shape).toSorted();
  const listed = [...example.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name ?? '').toSorted();
  expect(listed).toEqual(names);
  const [, table] = /\| variable +\|.*?\n((?:\|.*\n)+)/.exec(readme) ?? [];
  for (const name of names) {
    // POSTGRES_ variables share a row: the first by its whole name, the others by what follows the prefix.
    const short = name.replace('POSTGRES', '');
    expect(table?.includes(`\`${name}\``) === true || table?.includes(`\`${short}\``) === true, name).toBe(
      true,
    );
  }
});
