import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type TestParley, testParley, testTokens } from '@parley/engine/testing';
import { freePort } from '@parley/server/postgres/port';
import { gone } from '@parley/server/postgres/processes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { readConfig } from '../../apps/server/src/config.ts';
import { openPm2, type Pm2 } from './pm2.ts';
import { expectNothingLost, startSendLoad } from './send-load.ts';
import { testRedisUrl } from './server-process.ts';

const run = promisify(execFile);
const full = process.env['PARLEY_TEST_FULL'] === '1';
/** Messages before and after a reload. */
const stretch = full ? 2_000 : 300;

const Manifest = z.object({ scripts: z.record(z.string(), z.string()) });
const require = createRequire(import.meta.url);
const { scripts } = Manifest.parse(require('../../package.json'));

const resources = new AsyncDisposableStack();
let parley: TestParley;
let pm2: Pm2;
let url: string;

beforeAll(async () => {
  const cwd = fileURLToPath(new URL('../../', import.meta.url));
  const build = ['node_modules/turbo/bin/turbo', 'run', 'build', '--filter=@parley/server...'];
  await run(process.execPath, build, { cwd, env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' } });
  parley = resources.use(await testParley());
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  pm2 = resources.use(
    await openPm2({
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: url,
      DATABASE_URL: parley.connectionString,
      REDIS_URL: testRedisUrl(),
      JWT_SECRET: testTokens.secret,
      // Far more is said here than people say.
      LIMITS: 'off',
      DRAIN_MS: '2000',
    }),
  );
}, 120_000);
afterAll(() => resources.disposeAsync(), 60_000);

/** What a `pm2:` script of the root has PM2 do, after the build. */
function script(name: string): string[] {
  const command = scripts[`pm2:${name}`] ?? '';
  return command
    .replace(/^pnpm build && /, '')
    .replace(/^pm2 /, '')
    .split(' ');
}

test('two instances are reloaded and scaled under load: no send fails, nothing is lost', async () => {
  // It returns when both have said that they are ready.
  await pm2.call(...script('start'));
  const first = await pm2.instances();
  expect(first.map(({ status, mode }) => [status, mode])).toEqual([
    ['online', 'cluster_mode'],
    ['online', 'cluster_mode'],
  ]);
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);

  using load = await startSendLoad(url, parley);
  await load.more(stretch);
  await pm2.call(...script('reload'));
  const second = await pm2.instances();
  expect(second.map(({ status }) => status)).toEqual(['online', 'online']);
  for (const { pid } of first) expect(await gone(pid, 0)).toBe(true);
  await load.more(stretch);
  await pm2.call(...script('scale'), '1');
  await load.more(stretch);
  const result = await load.stop();
  console.log(`${result.stored.length} sends, ${result.repeated} by plain fetch took a repetition`);
  await expectNothingLost(parley, result);
  expect(await pm2.instances()).toHaveLength(1);
  // Each of the three ended by itself, in order.
  const output = await pm2.output();
  expect(output.match(/"msg":"stopped"/g)).toHaveLength(3);
  expect(output).not.toContain('not stopped in time');
});

test('it is stopped, started again, and remembered', async () => {
  const statuses = async () => (await pm2.instances()).map(({ status }) => status);
  await pm2.call(...script('stop'));
  expect(await statuses()).toEqual(['stopped']);
  await pm2.call(...script('restart'));
  expect(await statuses()).toEqual(['online']);
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  expect(await pm2.call(...script('status'))).toContain('parley');
  expect(await pm2.call(...script('logs'), '--nostream', '--lines', '100')).toContain('Server listening');
  expect(await pm2.call(...script('save'))).toContain('Successfully saved');
  expect([script('monitor'), script('startup')]).toEqual([['monit'], ['startup']]);
});

test('PM2 gives a server more time to stop than it takes at most', () => {
  const Ecosystem = z.object({
    apps: z.tuple([z.object({ kill_timeout: z.number(), wait_ready: z.literal(true) })]),
  });
  const [{ kill_timeout }] = Ecosystem.parse(require('../../ecosystem.config.cjs')).apps;
  const { drainMs } = readConfig({
    NODE_ENV: 'production',
    DATABASE_URL: parley.connectionString,
    REDIS_URL: testRedisUrl(),
    JWT_SECRET: testTokens.secret,
  });
  expect(kill_timeout).toBeGreaterThan(drainMs + 20_000);
});
