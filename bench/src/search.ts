import type { RunOptions } from './options.ts';
import { repeated } from './repeated.ts';
import { type Figure, inTurn, Report, type Sample } from './report.ts';
import { quantileOf } from './statistics.ts';
import { nth } from './systems/gathering.ts';
import { parley } from './systems/parley.ts';
import type { Room } from './systems/system.ts';

const conversations = 200;
const messages = Number(process.env['M'] ?? 1_000_000);
const rounds = 3;
const windowMs = Number(process.env['W'] ?? 2_000);
const syllables = [
  'ba',
  'ke',
  'di',
  'fo',
  'gu',
  'la',
  'me',
  'ni',
  'so',
  'tu',
  'ra',
  've',
  'zi',
  'po',
  'shu',
  'an',
];
const word = (n: number): string =>
  n < syllables.length
    ? nth(syllables, n)
    : word(Math.floor(n / syllables.length) - 1) + word(n % syllables.length);

/** What messages are made of: so many pieces in each, the first ones far more often than the last ones, as words are. */
interface Vocabulary {
  readonly pieces: readonly string[];
  readonly each: number;
  readonly between: string;
}

const latin: Vocabulary = {
  pieces: Array.from({ length: 20_000 }, (_, n) => word(n)),
  ...{ each: 10, between: ' ' },
};
const han: Vocabulary = {
  pieces: Array.from({ length: 2_500 }, (_, n) => String.fromCodePoint(0x4e00 + n)),
  ...{ each: 15, between: '' },
};

function content({ pieces, each, between }: Vocabulary): string {
  const drawn = Array.from({ length: each }, () => pieces[Math.floor(pieces.length * Math.random() ** 3)]);
  return drawn.join(between);
}

const figures = {
  'searched until there, p50': { unit: 'ms', better: 'less', digits: 1 },
  'searched until there, p95': { unit: 'ms', better: 'less', digits: 1 },
} satisfies Readonly<Record<string, Figure>>;

/** One of the pieces whose ranks lie between two. */
function piece({ pieces }: Vocabulary, from: number, to: number): string {
  return nth(pieces, from + Math.floor(Math.random() * (to - from)));
}

/** What is searched for, made anew each time. How often a message has such a word is a matter of its rank. */
const searches: Readonly<Record<string, () => string>> = {
  'Latin, a word in one message of ten': () => `${piece(latin, 0, 20)} `,
  'Latin, a word in one of 300': () => `${piece(latin, 200, 400)} `,
  'Latin, a word in one of 5,000': () => `${piece(latin, 12_000, 18_000)} `,
  'Latin, a common and a rare word': () => `${piece(latin, 0, 20)} ${piece(latin, 12_000, 18_000)} `,
  'Latin, two words that are seldom together': () => `${piece(latin, 20, 60)} ${piece(latin, 60, 200)} `,
  'Latin, the beginning of a word': () => piece(latin, 300, 5_000),
  'Latin, a word that nobody wrote': () => 'xylophone ',
  'CJK, two characters': () => piece(han, 0, 10) + piece(han, 0, 10),
  'CJK, two rarer characters': () => piece(han, 50, 300) + piece(han, 50, 300),
  'CJK, four characters': () => Array.from({ length: 4 }, () => piece(han, 0, 20)).join(''),
  'CJK, one character': () => piece(han, 0, 1_000),
};

/** How fast somebody finds messages among a million, all of them in their own conversations. */
export async function search({ profile }: RunOptions): Promise<Report> {
  await using system = await parley({ profile });
  using held = await system.gather(
    1,
    Array.from({ length: conversations }, () => [0]),
  );
  for (const [index, room] of held.rooms.entries()) {
    const vocabulary = index % 2 === 0 ? latin : han;
    await room.fill?.(messages / conversations, () => content(vocabulary));
  }
  const seconds = (await system.indexed?.()) ?? 0;
  const report = new Report('search', [
    `${messages.toLocaleString('en')} messages in ${conversations} conversations of one person, half of them of ten Latin words and half of`,
    'fifteen Han characters, drawn as unevenly as words are. One search at a time, the first 20 results by relevance.',
    `Indexing what was there before took ${Math.round(seconds)} s. Median (least to most) of three windows.`,
  ]);
  const room = nth(held.rooms, 0);
  await measure(room, mixed(''), windowMs * 2);
  const cases = { ...searches, 'Latin, all of them': mixed('Latin'), 'CJK, all of them': mixed('CJK') };
  for (const [name, q] of Object.entries(cases)) {
    report.add(name, figures, await inTurn([{ name: 'Parley' }], rounds, () => measure(room, q, windowMs)));
  }
  return report;
}

/** Any of the searches in one script, each as often. */
function mixed(script: string): () => string {
  const some = Object.entries(searches).flatMap(([name, q]) => (name.startsWith(script) ? q : []));
  return () => nth(some, Math.floor(Math.random() * some.length))();
}

async function measure({ search: find }: Room, q: () => string, ms: number): Promise<Sample> {
  if (find === undefined) throw new Error('there is no search');
  const { delays } = await repeated(1, ms, () => find(0, q()));
  return {
    'searched until there, p50': quantileOf(delays, 0.5),
    'searched until there, p95': quantileOf(delays, 0.95),
  };
}
