import cluster from 'node:cluster';
import type { Logger } from 'pino';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface LifecycleOptions {
  readonly log: Logger;
  /** Within which stopping must be done, in milliseconds. */
  readonly stopMs: number;
}

/**
 * Runs something from start to stop: a signal stops it in order, a second one ends the process at once; so does an
 * error nobody caught, after an orderly stop. The process ends by having nothing left to do.
 */
export async function runUntilSignal(
  start: () => Promise<AsyncDisposable>,
  { log, stopMs }: LifecycleOptions,
): Promise<void> {
  const ending = Promise.withResolvers<number>();
  let signalled = false;
  for (const signal of signals) {
    process.on(signal, () => {
      if (signalled) process.exit(1);
      signalled = true;
      log.info({ signal }, 'stopping');
      ending.resolve(0);
    });
  }
  process.on('uncaughtException', (err) => {
    log.fatal({ err }, 'uncaught error');
    ending.resolve(1);
  });
  const running = await start();
  process.exitCode = await ending.promise;
  // What does not stop in time is left behind: nothing may hold the process for ever.
  setTimeout(() => {
    log.fatal({ stopMs }, 'not stopped in time');
    process.exit(1);
  }, stopMs).unref();
  await running[Symbol.asyncDispose]();
  log.info({}, 'stopped');
  leaveParent();
}

/** A channel to whoever started the process, as PM2 has one, would keep it. */
function leaveParent(): void {
  if (cluster.worker !== undefined) cluster.worker.disconnect();
  else if (process.connected) process.disconnect();
}
