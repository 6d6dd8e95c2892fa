import { setTimeout as sleep } from 'node:timers/promises';
import type { Postmaster } from './postmaster.ts';

/** Between attempts, in ms. */
const PAUSE = 1000;

export interface KeepRunningLog {
  info(details: object, message: string): void;
  error(details: object, message: string): void;
}

/**
 * Starts PostgreSQL again when it ends by itself, as it does when a system short of memory kills it. Disposing stops
 * it for good.
 */
export function keepRunning(
  first: Postmaster,
  startAgain: () => Promise<Postmaster>,
  log: KeepRunningLog | undefined,
): AsyncDisposable {
  const stopping = new AbortController();
  const { signal } = stopping;
  let current = first;

  async function watch(): Promise<void> {
    for (;;) {
      await current.ended;
      if (signal.aborted) return;
      log?.error({}, 'embedded PostgreSQL ended by itself');
      const next = await persist();
      if (next === undefined) return;
      current = next;
      log?.info({}, 'embedded PostgreSQL started again');
    }
  }

  async function persist(): Promise<Postmaster | undefined> {
    while (!signal.aborted) {
      try {
        return await startAgain();
      } catch (error) {
        log?.error({ err: error }, 'unable to start the embedded PostgreSQL again');
        await sleep(PAUSE, undefined, { signal }).catch(() => undefined);
      }
    }
    return undefined;
  }

  const watching = watch();
  return {
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await current[Symbol.asyncDispose]();
      await watching;
      // One that was being started meanwhile.
      await current[Symbol.asyncDispose]();
    },
  };
}
