import { Random } from '../chaos/random.ts';
import { startServerProcess } from '../server-process.ts';
import { attack, type Kind } from './attacks.ts';
import { Bystander, type Bystanding } from './bystander.ts';
import { Memory } from './memory.ts';
import { makePeople } from './people.ts';
import { Talk } from './talk.ts';

export interface FuzzOptions {
  readonly seed: number;
  readonly count: number;
  /** The first case: any one can be run again alone. */
  readonly from?: number;
  readonly databaseUrl: string;
  /** Told what goes on, a line at a time. */
  readonly say: (line: string) => void;
}

export interface FuzzReport {
  readonly seconds: number;
  readonly cases: ReadonlyMap<Kind, number>;
  /** Answers over HTTP, by status. */
  readonly answers: ReadonlyMap<number, number>;
  /** Everything the server did that it must not, in words. */
  readonly faults: readonly string[];
  readonly bystanding: Bystanding;
  /** MiB that the server held in each third of the time, in the median. */
  readonly memory: readonly number[];
}

/** Attacks at a time. */
const atOnce = 32;
const sayMs = 10_000;
/** What lives has room in it half as much again; what nobody frees does not, and little waits to be collected. */
const smallHeap = '--max-old-space-size=96 --max-semi-space-size=8';
/** Between 1 and 2 ** 32, so that seeds and cases do not repeat each other. */
const spread = 0x9e3779b1;

/** Attacks a server process of its own with `count` cases, beside a client that goes on as if nothing were. */
export async function fuzz({ seed, count, from = 0, databaseUrl, say }: FuzzOptions): Promise<FuzzReport> {
  await using held = new AsyncDisposableStack();
  // Whoever attacks has no limit to hide behind.
  const env = { CONNECTS_PER_SECOND: '1000000', NODE_OPTIONS: smallHeap };
  const server = held.use(await startServerProcess({ databaseUrl, env }));
  const { known, pair } = await makePeople(server.url);
  const bystander = held.use(await Bystander.start(server.url, pair));
  const memory = held.use(new Memory(server.pid));
  const faults: string[] = [];
  const cases = new Map<Kind, number>();
  const answers = new Map<number, number>();
  const began = performance.now();
  let next = from;
  const progress = setInterval(() => say(`${next - from} of ${count} cases, ${faults.length} faults`), sayMs);
  held.defer(() => clearInterval(progress));
  const work = async (): Promise<void> => {
    using talk = new Talk(server.url, known.token);
    while (next < from + count && faults.length < 100) {
      const index = next;
      next += 1;
      const target = { port: server.port, known, talk };
      try {
        const { kind, fault, status } = await attack(target, new Random(Math.imul(seed + 1, spread) + index));
        cases.set(kind, (cases.get(kind) ?? 0) + 1);
        if (status !== null) answers.set(status, (answers.get(status) ?? 0) + 1);
        if (fault !== null) faults.push(`case ${index}, ${kind}: ${fault}`);
      } catch (error) {
        faults.push(`case ${index}: ${String(error)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const seconds = (performance.now() - began) / 1_000;
  const thirds = memory.parts(3);
  const bystanding = await bystander.finish();
  faults.push(...bystanding.faults.map((fault) => `bystander: ${fault}`), ...logged(server.output()));
  const health = await fetch(`${server.url}/health/ready`).catch(() => null);
  if (health?.ok !== true) faults.push('the server is not ready any more');
  bystander[Symbol.dispose]();
  const exitCode = await server.stop();
  if (exitCode !== 0) faults.push(`the server ended with ${exitCode}`);
  return { seconds, cases, answers, faults, bystanding, memory: thirds };
}

/** What the log says of errors that nobody reckoned with: all from level 50 on. */
function logged(output: string): string[] {
  return output
    .split('\n')
    .filter((line) => /^\{"level":[56]0/.test(line))
    .slice(0, 50)
    .map((line) => `logged ${line.slice(0, 3_000)}`);
}
