import type { User } from '@parley/contract';
import { useState } from 'react';
import { CheckIcon, CloseIcon } from '../../icons.tsx';
import { Avatar } from './avatar.tsx';
import { nameOf } from './names.ts';
import { usePeopleSearch } from './use-people-search.ts';
import './people-picker.css';

/** Finds people by name, username or e-mail address, and keeps those who were picked. */
export function PeoplePicker(props: {
  chosen: readonly User[];
  onChange: (chosen: readonly User[]) => void;
}) {
  const { chosen, onChange } = props;
  const [query, setQuery] = useState('');
  const { found, status } = usePeopleSearch(query);
  const isChosen = (user: User) => chosen.some(({ id }) => id === user.id);
  const toggle = (user: User) => {
    onChange(isChosen(user) ? chosen.filter(({ id }) => id !== user.id) : [...chosen, user]);
  };
  return (
    <>
      {chosen.length > 0 && (
        <ul className="picked" aria-label="Chosen people">
          {chosen.map((user) => (
            <li key={user.id}>
              <button type="button" className="picked-person" onClick={() => toggle(user)}>
                {nameOf(user)}
                <span className="visually-hidden">, remove</span>
                <CloseIcon size={14} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <input
        className="input"
        type="search"
        aria-label="Search people"
        placeholder="Name, username or e-mail address"
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
      <ul className="people" aria-label="People found" aria-busy={status === 'searching'}>
        {found.map((user) => (
          <li key={user.id}>
            <button
              type="button"
              className="person"
              aria-pressed={isChosen(user)}
              data-testid="person"
              onClick={() => toggle(user)}
            >
              <Avatar id={user.id} name={nameOf(user)} />
              <span className="person-name">{nameOf(user)}</span>
              <span className="person-username">@{user.username}</span>
              {isChosen(user) && <CheckIcon />}
            </button>
          </li>
        ))}
        <li className="people-note" aria-live="polite">
          {noteOf(status, query, found.length)}
        </li>
      </ul>
    </>
  );
}

function noteOf(status: 'idle' | 'searching' | 'failed', query: string, found: number): string {
  if (status === 'failed') return 'The search failed. Try again.';
  if (query.trim() === '') return 'Whom do you want to talk to?';
  if (status === 'searching') return found === 0 ? 'Searching…' : '';
  return found === 0 ? 'Nobody found.' : '';
}
