import {
  Car,
  Clock,
  Dog,
  Flag,
  Hand,
  Lightbulb,
  type LucideIcon,
  Hash,
  Pizza,
  Smile,
  Volleyball,
} from 'lucide-react';
import { useState } from 'react';
import type { PlainKey } from '../../i18n/catalog.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { cx } from '../../ui/cx.ts';
import { inputClass } from '../../ui/text-field.tsx';
import { type Emoji, emojiOf, type Group, nameOfEmoji, searchEmoji } from './emoji-data.ts';
import { EmojiGrid, focusGrid } from './emoji-grid.tsx';
import { recentEmoji } from './recent.ts';

/** So many of those found are shown: more are not looked through. */
const FOUND = 160;

const parts: readonly {
  readonly part: Group | 'recent';
  readonly label: PlainKey;
  readonly icon: LucideIcon;
}[] = [
  { part: 'recent', label: 'emoji.recent', icon: Clock },
  { part: 0, label: 'emoji.smileys', icon: Smile },
  { part: 1, label: 'emoji.people', icon: Hand },
  { part: 3, label: 'emoji.nature', icon: Dog },
  { part: 4, label: 'emoji.food', icon: Pizza },
  { part: 5, label: 'emoji.travel', icon: Car },
  { part: 6, label: 'emoji.activities', icon: Volleyball },
  { part: 7, label: 'emoji.objects', icon: Lightbulb },
  { part: 8, label: 'emoji.symbols', icon: Hash },
  { part: 9, label: 'emoji.flags', icon: Flag },
];

/** Emoji to choose from: those used lately, by group, or found by what they are called. */
export function EmojiPicker({ onPick }: { onPick: (emoji: string) => void }) {
  const { t } = useSpeech();
  const [query, setQuery] = useState('');
  const [part, setPart] = useState<Group | 'recent'>('recent');
  const searching = query.trim() !== '';
  const shown = searching ? searchEmoji(query).slice(0, FOUND) : emojiIn(part);
  const label = searching
    ? 'emoji.found'
    : (parts.find((each) => each.part === part)?.label ?? 'emoji.recent');
  return (
    <div className="flex h-[min(360px,60dvh)] flex-col" data-testid="emoji-picker">
      <div className="p-2 pb-1.5">
        <input
          className={cx(inputClass, 'h-9 text-sm')}
          type="search"
          aria-label={t('emoji.search')}
          placeholder={t('emoji.search')}
          // Whoever opens it may type what they look for.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            const [first] = shown;
            if (event.key === 'Enter' && searching && first !== undefined) {
              event.preventDefault();
              onPick(first.emoji);
            } else if (event.key === 'ArrowDown') {
              event.preventDefault();
              focusGrid(event.currentTarget);
            }
          }}
        />
      </div>
      <div className="flex justify-between px-2" role="toolbar" aria-label={t('emoji.groups')}>
        {parts.map(({ part: each, label: name, icon: Icon }) => (
          <button
            key={each}
            type="button"
            className={cx(
              'grid h-8 flex-1 place-items-center rounded-lg transition-colors hover:bg-hover',
              each === part && !searching ? 'text-accent-fg' : 'text-faint',
            )}
            aria-label={t(name)}
            aria-pressed={each === part && !searching}
            data-tip={t(name)}
            onClick={() => {
              setQuery('');
              setPart(each);
            }}
          >
            <Icon size={17} aria-hidden />
          </button>
        ))}
      </div>
      <output className="px-3.5 pt-2 pb-1 text-xs font-semibold text-faint">
        {shown.length === 0 ? t('emoji.nothing') : t(label)}
      </output>
      <EmojiGrid label={t(label)} emoji={shown} onPick={onPick} />
    </div>
  );
}

function emojiIn(part: Group | 'recent'): readonly Emoji[] {
  if (part !== 'recent') return emojiOf(part);
  const recent = recentEmoji();
  return [
    ...recent.map((emoji) => ({ emoji, name: nameOfEmoji(emoji), words: '' })),
    ...emojiOf(0).filter(({ emoji }) => !recent.includes(emoji)),
  ];
}
