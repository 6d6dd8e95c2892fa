import { randomInt } from 'node:crypto';
import { chromium, findOrInstall, redisServer } from './services/programs.ts';
import { onLauncherGone } from './processes/launchers.ts';
import { startServices } from './services/services.ts';
import { readArguments, type TestArguments } from './test/arguments.ts';
import { runChecks, staticChecks, webBuild } from './test/checks.ts';
import { Tally } from './test/tally.ts';
import { runVitest } from './test/vitest.ts';

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => interrupted.abort());
}

await onLauncherGone(() => interrupted.abort());

const tally = new Tally();
try {
  await runAll(readArguments(process.argv.slice(2)), tally, interrupted.signal);
} catch (error) {
  console.error(error);
  tally.add({ passed: 0, failures: [{ name: 'test run', error: String(error) }] });
}
process.exitCode = tally.ok && !interrupted.signal.aborted ? 0 : 1;
console.log(String(tally));

async function runAll(args: TestArguments, sum: Tally, signal: AbortSignal): Promise<void> {
  const e2e = args.projects.includes('e2e');
  const redisProgram = await findOrInstall(redisServer);
  const browser = e2e ? await findOrInstall(chromium) : '';
  const seed = process.env['PARLEY_TEST_SEED'] ?? String(args.full ? randomInt(2 ** 31) : 1);
  console.log(`seed ${seed}${args.full ? ', full size' : ''}`);

  if (args.checks) await runChecks(staticChecks, sum, signal);
  await using services = await startServices(redisProgram);
  const env = {
    PARLEY_TEST_DATABASE_URL: services.databaseUrl,
    PARLEY_TEST_REDIS_URL: services.redisUrl,
    PARLEY_TEST_REDIS_CLUSTER_URLS: services.redisClusterUrls.join(','),
    PARLEY_TEST_CHROMIUM: browser,
    PARLEY_TEST_SEED: seed,
    // Half of what a server takes to start is compiling; what is counted line by line has to be compiled each time.
    ...(args.coverage ? {} : { NODE_COMPILE_CACHE: services.compileCache }),
    ...(args.full ? { PARLEY_TEST_FULL: '1' } : {}),
  };
  for (const project of args.projects) {
    if (project === 'e2e') await runChecks([webBuild], sum, signal);
    if (!signal.aborted) sum.add(await runVitest(project, args, env, signal));
  }
}
