import { useSpeech } from '../../i18n/provider.tsx';
import type { PlainKey } from '../../i18n/catalog.ts';
import { cx } from '../../ui/cx.ts';

/** Which conversations the list shows. */
export type Filter = 'all' | 'unread' | 'archived';

const names: Readonly<Record<Filter, PlainKey>> = {
  all: 'chats.filter.all',
  unread: 'chats.filter.unread',
  archived: 'chats.filter.archived',
};

/** Chooses what the list shows. */
export function ListFilter(props: {
  filters: readonly Filter[];
  value: Filter;
  onChange: (filter: Filter) => void;
}) {
  const { t } = useSpeech();
  return (
    // A row of buttons that look like the choice they are.
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
    <div role="group" aria-label={t('chats.filter')} className="flex gap-1 px-3 pb-2">
      {props.filters.map((filter) => (
        <button
          key={filter}
          type="button"
          aria-pressed={filter === props.value}
          className={cx(
            'h-7 rounded-full px-3 text-xs font-medium transition-colors',
            filter === props.value ? 'bg-selected text-accent-fg' : 'text-soft hover:bg-hover hover:text-fg',
          )}
          onClick={() => props.onChange(filter)}
        >
          {t(names[filter])}
        </button>
      ))}
    </div>
  );
}
