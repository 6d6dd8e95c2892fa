import { join } from 'node:path';
import { onLauncherGone } from './processes/launchers.ts';
import { runCommand } from './processes/command.ts';
import { webIsBuilt } from './web/build.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

// The server runs in this process: nothing stands between it and a signal.
let signalled = false;
for (const signal of signals) {
  process.on(signal, () => {
    signalled = true;
    // Nobody else listens yet, so there is nothing to stop in order.
    if (process.listenerCount(signal) === 1) process.exit(130);
  });
}
await onLauncherGone(() => {
  // After Ctrl-C they may be gone first, and a second signal would cut the orderly stop short.
  if (!signalled) process.kill(process.pid, 'SIGTERM');
});
if (!(await webIsBuilt())) await build();
// Not named to the compiler: the server is type-checked where it stands.
await import(new URL('../apps/server/src/main.ts', import.meta.url).href);

/** In a process of its own: the bundler's memory is not for the server. */
async function build(): Promise<void> {
  console.log('building the web app');
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  for (const signal of signals) process.once(signal, interrupt);
  const command = [
    process.execPath,
    '--conditions=@parley/source',
    join(import.meta.dirname, 'build-web.ts'),
  ] as const;
  const { ok, output } = await runCommand(command, { signal: interrupted.signal, timeout: 300_000 });
  for (const signal of signals) process.off(signal, interrupt);
  if (interrupted.signal.aborted) process.exit(130);
  if (ok) return;
  console.error(`unable to start; the web app does not build\n${output}`);
  process.exit(1);
}
