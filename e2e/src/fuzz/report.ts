import type { FuzzReport } from './run.ts';

/** What a server may hold more in the last third of a long run than in the first, in MiB: see docs/security.md. */
const growthMiB = 24;

/** Everything that is wrong. @param long whether the run was long enough for its memory to say something */
export function faultsOf({ faults, memory: [first = 0, , last = 0] }: FuzzReport, long: boolean): string[] {
  const grown = last - first;
  if (!long || grown <= growthMiB) return [...faults];
  return [...faults, `memory grew by ${grown.toFixed(0)} MiB, over ${growthMiB}`];
}

/** A summary to be read. */
export function summaryOf({ seconds, cases, answers, bystanding, memory }: FuzzReport): string {
  const { sent, latencies } = bystanding;
  const sorted = latencies.toSorted((a, b) => a - b);
  const quantile = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]?.toFixed(1) ?? '-';
  const total = [...cases.values()].reduce((sum, count) => sum + count, 0);
  return [
    `cases          ${total} in ${seconds.toFixed(1)} s: ${[...cases].map(([kind, count]) => `${kind} ${count}`).join(', ')}`,
    `answers        ${[...answers]
      .toSorted(([a], [b]) => a - b)
      .map(([status, count]) => `${status} ${count}`)
      .join(', ')}`,
    `bystander      ${sent} messages, acknowledged in p50 ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms, at most ${quantile(1)} ms`,
    `memory         ${memory.map((mib) => mib.toFixed(0)).join(', ')} MiB in the thirds of the run`,
  ].join('\n');
}
