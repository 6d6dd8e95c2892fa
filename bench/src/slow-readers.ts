import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { setStage } from '../../e2e/src/chaos/stage.ts';
import { startTcpProxy } from '../../e2e/src/tcp-proxy.ts';
import { type Listener, listen } from './listener.ts';
import { openRoom, type Room } from './room.ts';
import { quantileOf } from './statistics.ts';

const readers = 200;
const windowMs = 20_000;
const pauseMs = 100;
/** Of what is measured, and of what fills the buffers of those who do not read. */
const [small, large] = [200, 10_000];
const rounds = 3;
const metricsToken = 'a-token-for-metrics';

/**
 * What readers that stop reading cost those who read: windows without them and with 200 of them, in turn. In the latter
 * they are silent from the start, their buffers fill, and they are cut off within it.
 */
export async function slowReaders(): Promise<void> {
  await using stage = await setStage(1, { CONNECTS_PER_SECOND: '10000', METRICS_TOKEN: metricsToken });
  const [site] = stage.sites;
  if (site === undefined) throw new Error('there is a server');
  const { url, pid } = site.process;
  const room = await openRoom(url);
  const follow = (address: string) =>
    Promise.all(
      Array.from({ length: readers }, () => listen(address, room.listenerToken, room.conversationId)),
    );
  const healthy = await follow(url);
  using held = new DisposableStack();
  for (const each of healthy) held.use(each);

  console.log(`\nslow-readers: 1 server, ${readers} that read, with and without ${readers} that do not`);
  console.log(
    `windows of ${windowMs / 1_000} s in turn, 10 messages/s of ${small} characters; beside those who`,
  );
  console.log(`do not read also bursts of ${large} until they are cut off, not counted\n`);
  console.log('| beside | heard p50, ms | p99, ms | memory at most, MiB | cut off |');
  console.log('|---|---:|---:|---:|---:|');
  await speak(room, 5_000);
  for (const each of healthy) each.delays.length = 0;
  for (let round = 0; round < rounds; round += 1) {
    await speak(room, windowMs);
    await report('nobody', healthy, pid, 0);

    await using proxy = await startTcpProxy(Number(new URL(url).port));
    const slow = await follow(`http://127.0.0.1:${proxy.port}`);
    proxy.blackhole(true);
    await speak(room, windowMs / 2);
    const counted = healthy.map(({ delays }) => delays.length);
    let most = await residentMib(pid);
    while ((await connections(url)) > readers) {
      for (let n = 0; n < 10; n += 1) await room.say(large);
      most = Math.max(most, await residentMib(pid));
    }
    await quiet(healthy);
    healthy.forEach(({ delays }, n) => delays.splice(counted[n] ?? 0));
    await speak(room, windowMs / 2);
    await report(`${readers} that do not read`, healthy, pid, readers, most);
    for (const each of slow) each[Symbol.dispose]();
  }
}

async function speak({ say }: Room, ms: number): Promise<void> {
  const until = performance.now() + ms;
  while (performance.now() < until) {
    await say(small);
    await sleep(pauseMs * (0.5 + Math.random()));
  }
}

/** Waits until nothing more comes. */
async function quiet(listeners: readonly Listener[]): Promise<void> {
  const heard = () => listeners.reduce((sum, { delays }) => sum + delays.length, 0);
  for (let before = -1; before !== heard();) {
    before = heard();
    await sleep(300);
  }
}

async function report(
  name: string,
  healthy: readonly Listener[],
  pid: number,
  cut: number,
  most = 0,
): Promise<void> {
  await quiet(healthy);
  if (healthy.some(({ lost }) => lost)) throw new Error('one who reads was cut off');
  const heard = healthy.flatMap(({ delays }) => delays.splice(0));
  const memory = Math.max(most, await residentMib(pid));
  const at = (share: number) => quantileOf(heard, share).toFixed(1);
  console.log(`| ${[name, at(0.5), at(0.99), memory.toFixed(0), cut].join(' | ')} |`);
}

async function residentMib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024;
}

async function connections(url: string): Promise<number> {
  const headers = { authorization: `Bearer ${metricsToken}` };
  const metrics = await (await fetch(`${url}/metrics`, { headers })).text();
  return Number(/^parley_connections (\d+)$/m.exec(metrics)?.[1]);
}
