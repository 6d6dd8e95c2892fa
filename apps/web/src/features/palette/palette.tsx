import { Search } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { cx } from '../../ui/cx.ts';
import { TopDialog } from '../../ui/dialog.tsx';
import type { Entry } from './entries.ts';
import { useEntries } from './use-entries.tsx';

/** Finds conversations, people and commands by a few letters, and goes there. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useSpeech();
  const listId = useId();
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState(0);
  const { groups, note } = useEntries(query);
  const entries = groups.flatMap((group) => group.entries);
  const active = entries[Math.min(chosen, entries.length - 1)];
  const run = (entry: Entry) => {
    onClose();
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && entries.length > 0) {
      event.preventDefault();
      setChosen((Math.min(chosen, entries.length - 1) + step + entries.length) % entries.length);
    } else if (event.key === 'Enter' && active !== undefined) {
      event.preventDefault();
      run(active);
    }
  };
  return (
    <TopDialog title={t('palette.title')} onClose={onClose}>
      <div className="flex h-13 shrink-0 items-center gap-3 border-b border-line px-4">
        <Search size={18} className="shrink-0 text-faint" aria-hidden />
        <input
          className="h-full w-full bg-transparent text-base outline-none"
          role="combobox"
          aria-label={t('palette.title')}
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={active === undefined ? undefined : `${listId}-${active.id}`}
          aria-autocomplete="list"
          placeholder={t('palette.placeholder')}
          autoComplete="off"
          // The palette was opened to type here.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setChosen(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      {/* A list that a field of its own filters: no element of HTML is one. */}
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role */}
      <div className="overflow-y-auto p-1.5" role="listbox" id={listId} aria-label={t('palette.title')}>
        {groups.map(({ title, entries: of }) => (
          <Group key={title} title={title}>
            {of.map((entry) => (
              <Option
                key={entry.id}
                id={`${listId}-${entry.id}`}
                entry={entry}
                active={entry.id === active?.id}
                onPick={() => run(entry)}
              />
            ))}
          </Group>
        ))}
      </div>
      <p className="px-4 pb-3 text-center text-sm text-faint empty:hidden" aria-live="polite">
        {note}
      </p>
    </TopDialog>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
    <div role="group" aria-labelledby={id}>
      <p id={id} className="px-2.5 pt-2 pb-1 text-xs font-semibold text-faint">
        {title}
      </p>
      {children}
    </div>
  );
}

function Option(props: { id: string; entry: Entry; active: boolean; onPick: () => void }) {
  const { id, entry, active, onPick } = props;
  return (
    // The focus stays in the field, whose keys choose among the options.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="option"
      id={id}
      aria-selected={active}
      data-testid="palette-option"
      ref={(element) => {
        if (active) element?.scrollIntoView({ block: 'nearest' });
      }}
      className={cx(
        'flex items-center gap-3 rounded-lg px-2.5 py-1.5 text-sm hover:bg-hover',
        active && 'bg-hover',
      )}
      onClick={onPick}
    >
      <span className="grid w-8 shrink-0 place-items-center text-soft">{entry.picture}</span>
      <span className="min-w-0 flex-1 truncate font-medium">
        <bdi>{entry.title}</bdi>
      </span>
      {entry.detail !== '' && (
        <span className="max-w-2/5 truncate text-xs text-faint">
          <bdi>{entry.detail}</bdi>
        </span>
      )}
    </div>
  );
}
