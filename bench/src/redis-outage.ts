import { setTimeout as sleep } from 'node:timers/promises';
import { setStage, type Stage } from '../../e2e/src/chaos/stage.ts';
import { type Listener, listen } from './listener.ts';
import { openRoom } from './room.ts';
import { quantileOf } from './statistics.ts';

const listeners = 20;
const phaseMs = 30_000;
const pauseMs = 100;

/**
 * What losing Redis costs: one speaks through one server, twenty listen on another. Redis is frozen, thawed, killed and
 * replaced; the first seconds of each belong to it, but for those after it is back, which begin when both servers say so.
 */
export async function redisOutage(): Promise<void> {
  await using stage = await setStage(2);
  const [here, there] = stage.sites.map(({ process: { url } }) => url);
  if (here === undefined || there === undefined) throw new Error('there are two servers');
  const room = await openRoom(here);
  const everybody = await Promise.all(
    Array.from({ length: listeners }, () => listen(there, room.listenerToken, room.conversationId)),
  );
  using held = new DisposableStack();
  for (const each of everybody) held.use(each);

  console.log(`\nredis-outage: 2 servers, 10 messages/s through one, ${listeners} listeners on the other`);
  console.log(`${phaseMs / 1_000} s each; in milliseconds\n`);
  console.log('| Redis | sends | answered p50 | p99 | heard p50 | p99 | most | connections lost |');
  console.log('|---|---:|---:|---:|---:|---:|---:|---:|');
  const phase = async (name: string) => report(name, await speak(room.say), everybody);
  await phase('there');
  process.kill(stage.redis.pid, 'SIGSTOP');
  await phase('frozen');
  process.kill(stage.redis.pid, 'SIGCONT');
  await connected(stage);
  await phase('thawed');
  await stage.redis[Symbol.asyncDispose]();
  await phase('killed');
  await stage.restartRedis();
  await connected(stage);
  await phase('back');
}

/** Returns how long each send took to be answered. */
async function speak(say: (characters: number) => Promise<number>): Promise<number[]> {
  const answered: number[] = [];
  const until = performance.now() + phaseMs;
  while (performance.now() < until) {
    answered.push(await say(100));
    await sleep(pauseMs * (0.5 + Math.random()));
  }
  return answered;
}

async function report(name: string, answered: number[], everybody: readonly Listener[]): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (everybody.some(({ delays }) => delays.length < answered.length) && performance.now() < deadline)
    await sleep(50);
  const heard = everybody.flatMap(({ delays }) => delays.splice(0));
  const missing = answered.length * everybody.length - heard.length;
  if (missing !== 0) throw new Error(`${missing} deliveries are missing`);
  const at = (samples: readonly number[], share: number) => quantileOf(samples, share).toFixed(0);
  const lost = everybody.filter((each) => each.lost).length;
  const cells = [name, answered.length, at(answered, 0.5), at(answered, 0.99)];
  console.log(`| ${[...cells, at(heard, 0.5), at(heard, 0.99), at(heard, 1), lost].join(' | ')} |`);
}

/** Waits until both servers say that they have Redis. */
async function connected(stage: Stage): Promise<void> {
  const deadline = performance.now() + 30_000;
  const has = async (url: string) => (await fetch(`${url}/health/redis`)).ok;
  for (;;) {
    const all = await Promise.all(stage.sites.map(({ process: { url } }) => has(url)));
    if (all.every(Boolean)) return;
    if (performance.now() > deadline) throw new Error('the servers do not find Redis again');
    await sleep(50);
  }
}
