import { banner } from './banner.ts';
import { type Config, readConfig, readEnv } from './config.ts';
import { runUntilSignal } from './lifecycle.ts';
import { createLog } from './log.ts';
import { type Parley, startParley } from './parley.ts';
import { startFailure } from './start-failure.ts';

/** What stopping takes beyond the drain: calls in flight, pool, embedded database. */
const stopMarginMs = 20_000;

/** Starts Parley as a process of its own: `node --conditions=@parley/source apps/server/src/main.ts`. */
async function main(): Promise<void> {
  const config = readConfig(readEnv());
  const log = createLog(config);
  await runUntilSignal(
    async () => {
      const parley = await startParley(config, log);
      announce(config, parley);
      // What PM2 waits for before it stops the process that this one takes the place of.
      process.send?.('ready');
      return parley;
    },
    { log, stopMs: config.drainMs + stopMarginMs },
  );
}

function announce({ publicUrl, port }: Config, parley: Parley): void {
  const address = port === 0 ? `http://localhost:${parley.port}` : publicUrl;
  process.stdout.write(banner(address, parley.demo));
}

// Whoever read the output may have gone.
process.stdout.on('error', () => {});

try {
  await main();
} catch (error) {
  process.stderr.write(`${startFailure(error)}\n`);
  process.exitCode = 1;
}
