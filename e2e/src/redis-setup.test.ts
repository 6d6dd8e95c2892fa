import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findOrInstall, redisServer } from '../../scripts/services/programs.ts';
import { startRedis } from '../../scripts/services/redis.ts';

const exec = promisify(execFile);
const script = fileURLToPath(new URL('../../apps/server/src/redis-setup.ts', import.meta.url));

// One of its own, as its settings change.
const resources = new AsyncDisposableStack();
let url: string;
let admin: Redis;
beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parley-redis-'));
  resources.defer(() => rm(directory, { recursive: true, force: true }));
  ({ url } = resources.use(await startRedis(await findOrInstall(redisServer), directory)));
  admin = resources.adopt(new Redis(url), (redis) => redis.disconnect());
});
afterAll(() => resources.disposeAsync());

interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const setup = (REDIS_URL: string) => setupWith({ REDIS_URL });

async function setupWith(env: Record<string, string>): Promise<Said> {
  return exec(process.execPath, ['--conditions=@parley/source', script], {
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'], ...env },
    timeout: 30_000,
  }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: Said) => ({ code, stdout, stderr }),
  );
}

test('a Redis as it comes fits; one that does not is told about and left as it is', async () => {
  const fits = await setup(url);
  expect(fits).toMatchObject({ code: 0, stderr: '' });
  expect(fits.stdout).toMatch(/^ok: version \d+\.\S+\nok: client-output-buffer-limit pubsub 33554432 /);
  expect(fits.stdout).toMatch(/\nok: maxmemory-policy noeviction; .*\nRedis at 127.0.0.1:\d+ fits Parley\n$/);

  await admin.config('SET', 'client-output-buffer-limit', 'pubsub 1048576 0 0');
  const { host } = new URL(url);
  const unfit = await setup(url);
  expect(unfit).toMatchObject({ code: 1, stderr: `parley: Redis at ${host} does not fit Parley yet\n` });
  const [, words = ''] = /^to change: .* in a burst: redis-cli (.+)$/m.exec(unfit.stdout) ?? [];
  expect(await admin.config('GET', 'client-output-buffer-limit')).toEqual([
    'client-output-buffer-limit',
    expect.stringContaining('pubsub 1048576 0 0'),
  ]);

  // What it says to do is enough.
  const [, name = '', value = ''] = /^config set (\S+) "(.+)"$/.exec(words) ?? [];
  await admin.config('SET', name, value);
  expect(await setup(url)).toEqual(fits);
}, 30_000);

test('where settings are not for everybody it says so; where there is no Redis it fails in a line', async () => {
  await admin.acl('SETUSER', 'limited', 'on', '>secret', '~*', '&*', '+@all', '-config');
  const limited = new URL(url);
  [limited.username, limited.password] = ['limited', 'secret'];
  const said = await setup(limited.href);
  expect(said.code).toBe(0);
  expect(said.stdout).toContain('its settings cannot be read by this user');
  limited.password = 'wrong';
  expect(await setup(limited.href)).toMatchObject({ code: 1, stderr: expect.stringContaining('WRONGPASS') });
  expect(await setup('redis://127.0.0.1:1')).toEqual({
    code: 1,
    stdout: '',
    stderr: 'parley: unable to reach Redis at 127.0.0.1:1; connect ECONNREFUSED 127.0.0.1:1\n',
  });
  expect((await setup('')).stderr).toBe('parley: unable to check Redis; REDIS_URL is not set\n');
}, 30_000);

test('of a cluster every master is looked at, whichever nodes are told', async () => {
  const urls = (process.env['PARLEY_TEST_REDIS_CLUSTER_URLS'] ?? '').split(',');
  const [first = ''] = urls;
  const said = await setupWith({ REDIS_CLUSTER_URLS: `redis://127.0.0.1:1,${first}` });
  expect(said).toMatchObject({ code: 0, stderr: '' });
  for (const node of urls) expect(said.stdout).toContain(`Redis at ${new URL(node).host} fits Parley\n`);
  const unclustered = await setupWith({ REDIS_CLUSTER_URLS: url });
  expect(unclustered.code).toBe(1);
  expect(unclustered.stderr).toMatch(
    /^parley: unable to reach Redis at 127.0.0.1:\d+; ERR .*cluster support disabled/,
  );
});
