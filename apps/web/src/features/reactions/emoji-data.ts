import data from 'emojibase-data/en/compact.json?raw';
import { lazily } from '../../lazily.ts';

/** One emoji that can be chosen. */
export interface Emoji {
  readonly emoji: string;
  readonly name: string;
  /** Its name and what else it may be looked for by, in lower case. */
  readonly words: string;
}

/** What is read here of the data's entries. */
interface Listed {
  readonly unicode: string;
  readonly label: string;
  readonly group?: number;
  readonly tags?: readonly string[];
}

function isListed(entry: unknown): entry is Listed {
  return typeof entry === 'object' && entry !== null && 'unicode' in entry && 'label' in entry;
}

/** The groups of emoji, in order, by their numbers in Unicode's data; skin tones alone, 2, are none. */
export const groups = [0, 1, 3, 4, 5, 6, 7, 8, 9] as const;
export type Group = (typeof groups)[number];

/** One, as the server takes them, which this browser knows, too. */
const general = /^\p{RGI_Emoji}$/v;

/** The spelling that the server keeps: the data has some with a variation selector they do not need. */
function spelled(unicode: string): string | undefined {
  return [unicode, unicode.replaceAll('\u{FE0F}', '')].find((emoji) => general.test(emoji));
}

/** All emoji of a group. */
export function emojiOf(group: Group): readonly Emoji[] {
  return all().get(group) ?? [];
}

/** Read when the first one is looked for: the file is fetched ahead of that, when there is other work. */
const all = lazily(() => {
  const read: unknown = JSON.parse(data);
  const emojis = Array.isArray(read) ? read.filter(isListed) : [];
  const byGroup = Map.groupBy(emojis, ({ group }) => group);
  return new Map(
    groups.map((group) => [
      group,
      (byGroup.get(group) ?? []).flatMap(({ unicode, label, tags = [] }) => {
        const emoji = spelled(unicode);
        const words = [label, ...tags].join(' ').toLowerCase();
        return emoji === undefined ? [] : [{ emoji, name: label, words }];
      }),
    ]),
  );
});

/** Those that have every word of what is looked for, or are it; those that are called so first. */
export function searchEmoji(text: string): readonly Emoji[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = groups
    .flatMap(emojiOf)
    .filter((emoji) => emoji.emoji === text.trim() || words.every((word) => emoji.words.includes(word)));
  const called = ({ name }: Emoji) => words.every((word) => name.toLowerCase().includes(word));
  return [...found.filter(called), ...found.filter((emoji) => !called(emoji))];
}

/** The name of an emoji; the emoji itself when it has none. */
export function nameOfEmoji(emoji: string): string {
  return groups.flatMap(emojiOf).find((one) => one.emoji === emoji)?.name ?? emoji;
}
