import type { ChaosReport } from './run.ts';

/** Whether nothing was lost, doubled or out of order, and everybody showed what is stored. */
export function passed(report: ChaosReport): boolean {
  return faultsOf(report).length === 0;
}

/** Everything that is wrong, in words. */
export function faultsOf({ lost, doubled, disordered, different, ledger }: ChaosReport): string[] {
  return [
    ...lost.map((text) => `lost: ${text}`),
    ...doubled.map((text) => `doubled: ${text}`),
    ...disordered.map((text) => `out of order: ${text}`),
    ...different.map((text) => `different: ${text}`),
    ...ledger.violations.map((text) => `seen: ${text}`),
  ];
}

/** A summary to be read. */
export function summaryOf(report: ChaosReport): string {
  const { ledger, lost, doubled, disordered, different } = report;
  const unread = different.filter((text) => text.includes('unread')).length;
  const refused = [...ledger.sent.values()].filter((sent) => sent.refused !== null).length;
  const list = (counts: Iterable<readonly [string, number]>) =>
    [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
  return [
    `sends          ${ledger.sent.size}, ${ledger.acked} acknowledged to whoever waited, ${refused} refused`,
    `stored         ${report.messages} entries in ${report.conversations} conversations`,
    `deliveries     ${ledger.deliveries}`,
    `operations     ${list(Object.entries(ledger.operations))}`,
    `refusals       ${list(Object.entries(ledger.errors)) || 'none'}`,
    `faults         ${list(ledger.faults)}`,
    `resumes        ${ledger.reconnects} reconnects, ${ledger.restarts} clients made anew`,
    `time to heal   p50 ${at(ledger.healed, 0.5)} ms, p99 ${at(ledger.healed, 0.99)} ms (${ledger.healed.length} times)`,
    `in the end     equal after ${report.quietMs} ms`,
    `lost ${lost.length}, doubled ${doubled.length}, out of order ${disordered.length}, ` +
      `seen wrong ${ledger.violations.length}, different in the end ${different.length}, unread wrong ${unread}`,
  ].join('\n');
}

function at(values: readonly number[], quantile: number): number | string {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? '-';
}
