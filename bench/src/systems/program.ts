import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { start } from '../../../apps/server/src/postgres/run.ts';
import { answers } from '../../../scripts/services/answers.ts';
import { findOrInstall, type Program } from '../../../scripts/services/programs.ts';
import { type Peer, pin } from './processes.ts';

const startMs = 60_000;
const keptCharacters = 4_000;

/** The path of a program; null, and a line that says what is not measured, where there is none. */
export async function findOrLeaveOut(program: Program): Promise<string | null> {
  return findOrInstall(program).catch((error: unknown) => {
    console.log(`leaving out ${program.name}: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  });
}

/**
 * Starts a server that somebody else wrote, on the first core; resolves once its port answers.
 * @param environment all that it is given beside a PATH
 */
export async function startProgram(
  command: readonly string[],
  port: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<Peer> {
  const settings = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const child = await start(undefined, 'env', [...settings, ...command], ['ignore', 'pipe', 'pipe']);
  const ended = once(child, 'exit');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => (output = `${output}${chunk.toString()}`.slice(-keptCharacters)));
  }
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL'); // what it has is thrown away
    await ended;
  };
  const deadline = Date.now() + startMs;
  while (!(await answers(port))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`unable to start ${command[0]}; ${output}`);
    }
    await sleep(50);
  }
  const { pid } = child;
  if (pid === undefined) throw new Error(`unable to start ${command[0]}; it has no process`);
  await pin(pid, 0);
  return { pid, port, [Symbol.asyncDispose]: stop };
}
