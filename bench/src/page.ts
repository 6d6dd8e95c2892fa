import { chart, type Panel } from './chart.ts';
import { judge, numberText } from './goals.ts';
import { type Measurement, ratioText } from './report.ts';
import type { Results } from './results.ts';

const [begin, end] = ['<!-- results, written by pnpm bench:page -->', '<!-- end of results -->'];

/** What is drawn: benchmark, case, figure, and what it is called on the chart. */
const drawn = [
  ['sends', '64 senders, own rooms', 'acknowledged sends', 'Messages stored, 64 rooms', 'per second'],
  ['sends', '64 senders, one room', 'acknowledged sends', 'Messages stored, one room of 64', 'per second'],
  [
    ...(['fanout', '1,000 receivers, 16 in flight', 'processor time of the server'] as const),
    ...(['Cost of a delivery, 16 in flight', 'CPU seconds per million'] as const),
  ],
  [
    ...(['fanout', '1,000 receivers, 1 in flight', 'processor time of the server'] as const),
    ...(['Cost of a delivery, one at a time', 'CPU seconds per million'] as const),
  ],
  ['latency', 'one room of 1,001, 20 messages/s', 'p99', 'To everybody in a room of 1,000', 'p99 in ms'],
  ['memory', 'idle', 'memory of the server', 'An idle connection in 20 rooms', 'kB'],
  ['history', '16 readers', 'pages', 'Latest 50 of 100,000 messages', 'pages per second'],
] as const;

/** The chart of what is drawn. */
export function chartOf({ measurements }: Results): string {
  return chart(panelsOf(measurements));
}

/** A page with the tables in the place it has for them. @throws Error when it has none */
export function pageWith(results: Results, page: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from === -1 || to < from) throw new Error('unable to write the page; it has no place for results');
  return page.slice(0, from) + begin + tablesOf(results) + page.slice(to);
}

function panelsOf(measurements: readonly Measurement[]): Panel[] {
  return drawn.flatMap(([benchmark, name, figure, title, note]) => {
    const measurement = measurements.find(
      (each) => each.benchmark === benchmark && each.case === name && each.figure === figure,
    );
    return measurement === undefined ? [] : { title, note, measurement };
  });
}

function tablesOf({ at, commit, machine, measurements }: Results): string {
  const judged = judge(measurements).map(
    ({ what, goal, measured, met }) => `| ${what} | ${goal} | ${measured} | ${met ? 'yes' : '**no**'} |`,
  );
  const goals = `| | goal | measured | met |\n|---|---|---|---|\n${judged.join('\n')}`;
  const names = [...new Set(measurements.map(({ benchmark }) => benchmark))];
  const tables = names.map((name) => {
    const own = measurements.filter(({ benchmark }) => benchmark === name);
    return `### ${name}\n\n${tableOf(own)}`;
  });
  return `\n\nMeasured on ${at} at ${commit}; ${machine}.\n\n${goals}\n\n${tables.join('\n\n')}\n\n`;
}

/** A row for each figure of each case, a column for each system; ratios above 1 are in Parley's favour. */
function tableOf(measurements: readonly Measurement[]): string {
  const systems = [...new Set(measurements.flatMap((each) => each.systems.map(({ system }) => system)))];
  const head = `| | ${systems.join(' | ')} |\n|---|${systems.map(() => '---:|').join('')}`;
  const rows = measurements.map((each) => {
    const cells = systems.map((name) => {
      const found = each.systems.find(({ system }) => system === name);
      if (found === undefined) return '';
      const ratio = found === each.systems[0] ? '' : ` (${ratioText(found.ratio)})`;
      return `${numberText(found.median)}${ratio}`;
    });
    return `| ${each.case}: ${each.figure}, ${each.unit} | ${cells.join(' | ')} |`;
  });
  return `${head}\n${rows.join('\n')}`;
}
