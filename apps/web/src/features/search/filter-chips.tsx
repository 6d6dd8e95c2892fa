import { useConversation } from '@parley/sdk/react';
import { X } from 'lucide-react';
import type { Key } from '../../i18n/catalog.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { titleOf } from '../conversations/title.ts';
import { type SearchFilter, searchQueryOf } from './search-query.ts';

const names = {
  from: 'search.from',
  in: 'search.in',
  before: 'search.before',
  after: 'search.after',
} as const satisfies Record<SearchFilter['name'], Key>;

/** What a search is kept to: each can be taken away. */
export function FilterChips(props: {
  text: string;
  place: string | undefined;
  onRemove: (filter: SearchFilter) => void;
  onLeavePlace: () => void;
}) {
  const { text, place, onRemove, onLeavePlace } = props;
  const { t } = useSpeech();
  const { filters } = searchQueryOf(text);
  if (place === undefined && filters.length === 0) return null;
  return (
    <ul className="mx-auto flex w-full max-w-[760px] flex-wrap gap-1.5" aria-label={t('search.filters')}>
      {place !== undefined && <PlaceChip place={place} onRemove={onLeavePlace} />}
      {filters.map((filter, index) => (
        // One can be typed twice.
        // oxlint-disable-next-line react/no-array-index-key
        <Chip
          key={index}
          label={t(names[filter.name], { value: filter.value })}
          onRemove={() => onRemove(filter)}
        />
      ))}
    </ul>
  );
}

function PlaceChip({ place, onRemove }: { place: string; onRemove: () => void }) {
  const { t } = useSpeech();
  const { conversation } = useConversation(place);
  const value = conversation === null ? '…' : titleOf(conversation, t);
  return <Chip label={t('search.in', { value })} onRemove={onRemove} />;
}

function Chip({ label, onRemove }: { label: string; onRemove: () => void }) {
  const { t } = useSpeech();
  return (
    <li>
      <button
        type="button"
        aria-label={t('search.remove', { filter: label })}
        className="flex h-7 items-center gap-1.5 rounded-full bg-selected ps-3 pe-2 text-xs font-medium text-accent-fg"
        data-testid="search-filter"
        onClick={onRemove}
      >
        {label}
        <X size={13} aria-hidden />
      </button>
    </li>
  );
}
