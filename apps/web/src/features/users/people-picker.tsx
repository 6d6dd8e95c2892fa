import type { User } from '@parley/contract';
import { Check, X } from 'lucide-react';
import { useState } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import type { Translate } from '../../i18n/translate.ts';
import { inputClass } from '../../ui/text-field.tsx';
import { Avatar } from './avatar.tsx';
import { nameOf } from './names.ts';
import { usePeopleSearch } from './use-people-search.ts';

/** Finds people by name, username or e-mail address, and keeps those who were picked. */
export function PeoplePicker(props: {
  chosen: readonly User[];
  onChange: (chosen: readonly User[]) => void;
}) {
  const { chosen, onChange } = props;
  const { t } = useSpeech();
  const [query, setQuery] = useState('');
  const { found, status } = usePeopleSearch(query);
  const isChosen = (user: User) => chosen.some(({ id }) => id === user.id);
  const toggle = (user: User) => {
    onChange(isChosen(user) ? chosen.filter(({ id }) => id !== user.id) : [...chosen, user]);
  };
  return (
    <>
      {chosen.length > 0 && <Chosen chosen={chosen} onRemove={toggle} />}
      <input
        className={`${inputClass} shrink-0`}
        type="search"
        aria-label={t('people.search')}
        placeholder={t('people.placeholder')}
        autoComplete="off"
        // The dialog was opened to type here.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={(event) => {
          const first = found[0];
          if (event.key !== 'Enter' || first === undefined) return;
          event.preventDefault();
          toggle(first);
          setQuery('');
        }}
      />
      <ul
        className="-mx-2 min-h-52 overflow-y-auto"
        aria-label={t('people.found')}
        aria-busy={status === 'searching'}
      >
        {found.map((user) => (
          <li key={user.id}>
            <FoundPerson user={user} chosen={isChosen(user)} onToggle={() => toggle(user)} />
          </li>
        ))}
        <li className="px-2 py-3 text-center text-sm text-faint empty:hidden" aria-live="polite">
          {noteOf(status, query, found.length, t)}
        </li>
      </ul>
    </>
  );
}

function Chosen({ chosen, onRemove }: { chosen: readonly User[]; onRemove: (user: User) => void }) {
  const { t } = useSpeech();
  return (
    <ul className="flex flex-wrap gap-1.5" aria-label={t('people.chosen')}>
      {chosen.map((user) => (
        <li key={user.id}>
          <button
            type="button"
            aria-label={t('people.remove', { name: nameOf(user, t) })}
            className="flex h-7 items-center gap-1.5 rounded-full bg-selected ps-3 pe-2 text-sm font-medium"
            onClick={() => onRemove(user)}
          >
            {nameOf(user, t)}
            <X size={14} aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  );
}

function FoundPerson({ user, chosen, onToggle }: { user: User; chosen: boolean; onToggle: () => void }) {
  const { t } = useSpeech();
  return (
    <button
      type="button"
      className="flex w-full items-center gap-3 rounded-lg px-2 py-1.5 text-start hover:bg-hover focus-visible:-outline-offset-2"
      aria-pressed={chosen}
      data-testid="person"
      onClick={onToggle}
    >
      <Avatar id={user.id} name={nameOf(user, t)} picture={user.avatar} size="small" />
      <span className="grid min-w-0 flex-1 grid-cols-1">
        <span className="truncate text-sm font-medium">{nameOf(user, t)}</span>
        <span className="truncate text-xs text-faint" dir="ltr">{`@${user.username}`}</span>
      </span>
      {chosen && <Check size={18} className="text-accent-fg" aria-hidden />}
    </button>
  );
}

function noteOf(status: 'idle' | 'searching' | 'failed', query: string, found: number, t: Translate): string {
  if (status === 'failed') return t('people.failed');
  if (query.trim() === '') return t('people.whom');
  if (status === 'searching') return found === 0 ? t('people.searching') : '';
  return found === 0 ? t('people.nobody') : '';
}
