import type { Ledger } from './ledger.ts';
import type { ChaosReport } from './run.ts';

/** Whether nothing was lost, doubled or out of order, and everybody showed what is stored. */
export function passed(report: ChaosReport): boolean {
  return faultsOf(report).length === 0;
}

/** Everything that is wrong, in words. */
export function faultsOf(report: ChaosReport): string[] {
  const { lost, doubled, disordered, undone, contradictory, different, ledger } = report;
  return [
    ...lost.map((text) => `lost: ${text}`),
    ...doubled.map((text) => `doubled: ${text}`),
    ...disordered.map((text) => `out of order: ${text}`),
    ...undone.map((text) => `undone: ${text}`),
    ...contradictory.map((text) => `contradictory: ${text}`),
    ...different.map((text) => `different: ${text}`),
    ...ledger.violations.map((text) => `seen: ${text}`),
  ];
}

/** A summary to be read. */
export function summaryOf(report: ChaosReport): string {
  const { ledger, lost, doubled, disordered, undone, contradictory, different } = report;
  const unread = different.filter((text) => text.includes('unread')).length;
  const refused = [...ledger.sent.values()].filter((sent) => sent.refused !== null).length;
  const list = (counts: Iterable<readonly [string, number]>) =>
    [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
  return [
    `sends          ${ledger.sent.size}, ${ledger.acked} acknowledged to whoever waited, ${refused} refused`,
    `stored         ${report.messages} entries in ${report.conversations} conversations`,
    `deliveries     ${ledger.deliveries}`,
    `operations     ${list(doneIn(ledger))}`,
    `refusals       ${refusalsOf(ledger) || 'none'}`,
    `faults         ${list(ledger.faults)}`,
    `resumes        ${ledger.reconnects} reconnects, ${ledger.restarts} clients made anew`,
    `time to heal   p50 ${at(ledger.healed, 0.5)} ms, p99 ${at(ledger.healed, 0.99)} ms (${ledger.healed.length} times)`,
    `in the end     equal after ${report.quietMs} ms`,
    `lost ${lost.length}, doubled ${doubled.length}, out of order ${disordered.length}, undone ${undone.length}, contradictory ${contradictory.length}, ` +
      `seen wrong ${ledger.violations.length}, different in the end ${different.length}, unread wrong ${unread}`,
  ].join('\n');
}

function doneIn({ operations }: Ledger): (readonly [string, number])[] {
  return [...operations]
    .map(([name, { done }]) => [name, done] as const)
    .sort(([a], [b]) => a.localeCompare(b));
}

/** What was not done, though there was something to do it to. */
function refusalsOf({ operations }: Ledger): string {
  return [...operations]
    .flatMap(([name, { failed }]) =>
      Object.entries(failed).map(([code, count]) => `${name} ${code} ${count}`),
    )
    .sort((a, b) => a.localeCompare(b))
    .join(', ');
}

function at(values: readonly number[], quantile: number): number | string {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? '-';
}
