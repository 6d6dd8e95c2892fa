import type { User } from '@parley/contract';
import type { Translate } from '../../i18n/translate.ts';
import { lazily } from '../../lazily.ts';

type Named = Pick<User, 'username' | 'displayName'>;

export function nameOf(user: Named | null | undefined, t: Translate): string {
  return user?.displayName ?? user?.username ?? t('person.somebody');
}

/** One or two letters that stand for a name: of its first and last word. Keeps joined characters whole. */
export function initialsOf(name: string, letters: 1 | 2 = 2): string {
  const words = name.split(/[\s._-]+/).filter((word) => word !== '');
  const picked = words.length > 1 && letters === 2 ? [words[0], words.at(-1)] : [words[0]];
  return (
    picked
      .map((word) => firstLetter(word ?? ''))
      .join('')
      .toUpperCase() || '?'
  );
}

const segmenter = lazily(() => new Intl.Segmenter());
/** Nothing that joins the one before. */
const plain = /^[\u0020-\u02FF](?=[\u0020-\u02FF]|$)/;

function firstLetter(word: string): string {
  const [letter] = plain.exec(word) ?? [];
  if (letter !== undefined) return letter;
  for (const { segment } of segmenter().segment(word)) return segment;
  return '';
}

/** A hue that always goes with an id, from 0 to 359. */
export function hueOf(id: string): number {
  let hash = 2166136261;
  for (const char of id) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16777619);
  // Ids that differ little would have hues that differ little.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) % 360;
}
