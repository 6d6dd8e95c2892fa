import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const program = join(import.meta.dirname, 'testing/lifecycle-process.ts');

/** Runs it, sends a signal at each of these lines, and gives what it printed and how it ended. */
async function run(args: readonly string[], signals: Readonly<Record<string, NodeJS.Signals>>) {
  const child = spawn(process.execPath, ['--conditions=@parley/source', program, ...args]);
  const lines: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n').filter((part) => part !== '')) {
      lines.push(line);
      const signal = signals[line];
      if (signal !== undefined) child.kill(signal);
    }
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, lines: lines.map((line) => /"msg":"(.*?)"/.exec(line)?.[1] ?? line) };
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s stops it in order', async (signal) => {
  const ended = await run(['0', '10000'], { started: signal });
  expect(ended).toEqual({ code: 0, lines: ['started', 'stopping', 'stopped'] });
});

test('a second signal ends it at once', async () => {
  const ended = await run(['60000', '60000'], { started: 'SIGINT', stopping: 'SIGINT' });
  expect(ended).toEqual({ code: 1, lines: ['started', 'stopping'] });
});

test('what does not stop in time is left behind', async () => {
  const ended = await run(['60000', '100'], { started: 'SIGTERM' });
  expect(ended).toEqual({ code: 1, lines: ['started', 'stopping', 'not stopped in time'] });
});

test('an error nobody caught is logged and stops it in order', async () => {
  const ended = await run(['0', '10000', 'throw'], {});
  expect(ended).toEqual({ code: 1, lines: ['started', 'uncaught error', 'stopping', 'stopped'] });
});
