import type { Measurement } from './report.ts';

/** What Parley is to reach, as a figure of one benchmark. */
interface Goal {
  readonly benchmark: string;
  readonly case: string;
  readonly figure: string;
  /** In words: what it is compared with, and by how much. */
  readonly goal: string;
  /** Judges Parley's figure beside the figures of others in the same run; undefined when one of those is missing. */
  met(own: number, of: (system: string) => number | undefined): boolean | undefined;
}

const times = (factor: number, system: string) => ({
  goal: `at least ${factor}x ${system}`,
  met: (own: number, of: (name: string) => number | undefined) => {
    const other = of(system);
    return other === undefined ? undefined : own >= factor * other;
  },
});
const atMost = (factor: number, system: string) => ({
  goal: factor === 1 ? `below ${system}` : `at most ${factor}x ${system}`,
  met: (own: number, of: (name: string) => number | undefined) => {
    const other = of(system);
    return other === undefined ? undefined : own <= factor * other;
  },
});
const over = (value: number, unit: string) => ({
  goal: `over ${value.toLocaleString('en')} ${unit}`,
  met: (own: number) => own > value,
});
const under = (value: number, unit: string) => ({
  goal: `under ${value} ${unit}`,
  met: (own: number) => own < value,
});

const sends = { benchmark: 'sends', figure: 'acknowledged sends' };
const one = { benchmark: 'sends', case: '1 sender', figure: 'send until acknowledged, p50' };
const crowd = { benchmark: 'fanout', case: '1,000 receivers, 1 in flight' };
const busyCrowd = { benchmark: 'fanout', case: '1,000 receivers, 16 in flight' };
const cost = 'processor time of the server';
const toAll = { ...crowd, figure: 'said until the last one has it, p50' };
const toAllLate = { ...crowd, figure: 'said until the last one has it, p99' };
const searched = 'searched until there, p95';
const receipts = { benchmark: 'group', case: 'receipts within 10 s' };
const opened = { benchmark: 'web', figure: 'clicked until the last message is painted' };
const readers = { benchmark: 'history', case: '16 readers' };

/** Each as it was set before there was anything to measure; where Nest was meant, socket.io of the same run stands for it. */
const goals: readonly Goal[] = [
  { ...sends, case: '64 senders, own rooms', ...times(2, 'ejabberd') },
  { ...sends, case: '64 senders, own rooms', ...times(10, 'socket.io') },
  { ...sends, case: '64 senders, own rooms, 1,024 in flight', ...over(20_000, 'per second') },
  { ...sends, case: '64 senders, one room', ...times(10, 'ejabberd') },
  { ...sends, case: '64 senders, one room', ...times(10, 'socket.io') },
  { ...one, ...under(1, 'ms') },
  { ...one, ...atMost(1.3, 'ejabberd') },
  { ...crowd, figure: cost, ...atMost(1.1, 'plain ws') },
  { ...busyCrowd, figure: cost, ...atMost(1, 'NATS') },
  { ...busyCrowd, figure: cost, ...atMost(0.1, 'socket.io') },
  { ...toAll, ...atMost(1, 'socket.io') },
  { ...toAll, ...atMost(1, 'ejabberd') },
  { ...toAllLate, ...atMost(1, 'socket.io') },
  { ...toAllLate, ...atMost(1, 'ejabberd') },
  { benchmark: 'memory', case: 'idle', figure: 'memory of the server', ...under(12, 'kB per connection') },
  { ...readers, figure: 'pages', ...times(6, 'socket.io') },
  { ...readers, figure: 'asked until there, p99', ...under(8, 'ms') },
  {
    ...{ benchmark: 'list', case: '1,000 conversations, 1 at once', figure: 'listed until there, p99' },
    ...under(15, 'ms'),
  },
  { benchmark: 'search', case: 'Latin, all of them', figure: searched, ...under(50, 'ms') },
  { benchmark: 'search', case: 'CJK, all of them', figure: searched, ...under(50, 'ms') },
  { ...receipts, figure: 'said until the receipts of all are in', ...under(60, 's') },
  { ...receipts, figure: 'p99 of sends during the receipts, beside before', ...under(2, 'times') },
  { benchmark: 'connects', case: 'everybody at once', figure: 'connects', ...over(1_000, 'per second') },
  {
    ...{ benchmark: 'connects', case: 'everybody at once', figure: 'delay of its event loop, p99' },
    ...under(50, 'ms'),
  },
  { ...opened, case: 'opened for the first time', ...under(300, 'ms') },
  { ...opened, case: 'opened again', ...under(300, 'ms') },
  ...['scrolled up', 'scrolled back'].flatMap((scrolled): Goal[] => [
    { benchmark: 'web', case: scrolled, figure: 'from frame to frame, p95', ...under(33, 'ms') },
    { benchmark: 'web', case: scrolled, figure: 'longest task', ...under(100, 'ms') },
  ]),
  {
    ...{ benchmark: 'web', case: 'live traffic', figure: 'heap, last third beside the first' },
    ...under(1.1, 'times'),
  },
];

/** A goal beside what was measured. */
export interface Judged {
  readonly what: string;
  readonly goal: string;
  readonly measured: string;
  readonly met: boolean;
}

/** Every goal that something was measured for. */
export function judge(measurements: readonly Measurement[]): Judged[] {
  return goals.flatMap((goal) => {
    const found = measurements.find(
      (each) => each.benchmark === goal.benchmark && each.case === goal.case && each.figure === goal.figure,
    );
    const own = found?.systems.find(({ system }) => system === 'Parley')?.median;
    if (found === undefined || own === undefined) return [];
    const of = (name: string) => found.systems.find(({ system }) => system === name)?.median;
    const met = goal.met(own, of);
    if (met === undefined) return [];
    const others = found.systems
      .filter(({ system }) => goal.goal.endsWith(system))
      .map(({ system, median }) => `, ${system} ${numberText(median)}`);
    return {
      what: `${goal.case}: ${goal.figure}`,
      goal: goal.goal,
      measured: `${numberText(own)}${others.join('')} ${found.unit}`,
      met,
    };
  });
}

/** With three digits that say something. */
export function numberText(value: number): string {
  return value.toLocaleString(
    'en',
    value >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 },
  );
}
