import { limits } from '@parley/contract';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { ChevronLeft, Search, SearchX } from 'lucide-react';
import { useEffect, useState } from 'react';
import { explain } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Fault } from '../../ui/fault.tsx';
import { iconButtonClass } from '../../ui/icon-button.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { FilterChips } from './filter-chips.tsx';
import { Hit } from './hit.tsx';
import { Places } from './places.tsx';
import { PublicGroups } from './public-groups.tsx';
import { ResultSection } from './result-section.tsx';
import { searchQueryOf, withoutFilter } from './search-query.ts';
import { useMessageSearch } from './use-message-search.ts';

const PAUSE_MS = 250;

/** Everything that a search finds: `/find?q=…`, within one conversation with `in`. */
export function SearchPage() {
  const { t } = useSpeech();
  const navigate = useNavigate();
  const { q = '', in: place } = useSearch({ from: '/signed-in/chat/find' });
  const [text, setText] = useState(q);
  // What is typed is asked for, and stands in the address, once the typing pauses.
  useEffect(() => {
    if (text === q) return;
    const timer = setTimeout(
      () => void navigate({ to: '/find', search: { q: text, in: place }, replace: true }),
      PAUSE_MS,
    );
    return () => clearTimeout(timer);
  }, [navigate, place, q, text]);
  return (
    <section className="grid min-h-0 grid-rows-[auto_minmax(0,1fr)]" aria-label={t('search.title')}>
      <header className="grid gap-2.5 border-b border-line px-5 py-3 max-md:px-2">
        <h1 className="sr-only">{t('search.title')}</h1>
        <div className="mx-auto flex w-full max-w-[760px] items-center gap-2">
          <Link to="/" className={iconButtonClass('md:hidden')} aria-label={t('action.back')}>
            <ChevronLeft size={22} className="rtl:-scale-x-100" aria-hidden />
          </Link>
          <label className="flex h-10 min-w-0 flex-1 items-center gap-2.5 rounded-xl border border-line-strong bg-raised px-3 transition-colors focus-within:border-accent">
            <Search size={17} className="shrink-0 text-faint" aria-hidden />
            <input
              type="search"
              className="h-full w-full min-w-0 bg-transparent outline-none"
              aria-label={t('search.label')}
              placeholder={t('search.placeholder')}
              autoComplete="off"
              maxLength={limits.searchCharacters}
              // The page was opened to type here.
              // oxlint-disable-next-line jsx-a11y/no-autofocus
              autoFocus
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          </label>
        </div>
        <FilterChips
          text={text}
          place={place}
          onRemove={(filter) => setText(withoutFilter(text, filter))}
          onLeavePlace={() =>
            void navigate({ to: '/find', search: { q: text, in: undefined }, replace: true })
          }
        />
      </header>
      {q.trim() === '' ? <HowTo /> : <Results text={q} place={place} />}
    </section>
  );
}

function HowTo() {
  const { t } = useSpeech();
  return (
    <Empty icon={<Search />} title={t('search.howTo')} text={t('search.howTo.text')}>
      <ul className="grid gap-1 text-sm text-soft" dir="ltr">
        {['from:ada', 'in:"Moon landing"', 'after:2026-01-01', 'before:2026-02-01'].map((example) => (
          <li key={example}>
            <code className="rounded-md bg-hover px-1.5 py-0.5 text-xs">{example}</code>
          </li>
        ))}
      </ul>
    </Empty>
  );
}

function Results({ text, place }: { text: string; place: string | undefined }) {
  const { t } = useSpeech();
  const { hits, searching, unknown, error, more } = useMessageSearch(text, place);
  const { words, filters } = searchQueryOf(text);
  // What is kept to somebody, some place or some time are messages.
  const everything = place === undefined && filters.length === 0 && words.trim() !== '';
  const none = hits.length === 0 && !searching && error === null;
  return (
    <div className="overflow-y-auto overscroll-contain px-2 py-4">
      <div className="mx-auto grid w-full max-w-[760px] gap-5" aria-busy={searching}>
        {everything && <Places words={words} />}
        {everything && <PublicGroups words={words} />}
        <Fault text={error === null ? null : explain(error, t)} />
        {hits.length > 0 && (
          <ResultSection title={t('search.messages')}>
            {hits.map((found) => (
              <Hit key={found.message.id} found={found} />
            ))}
          </ResultSection>
        )}
        {searching && hits.length === 0 && <SkeletonRows label={t('people.searching')} />}
        {none && (
          <Empty
            icon={<SearchX />}
            title={unknown === null ? t('search.nothing') : t('search.unknown', { filter: unknown.typed })}
            text={t(words.trim() === '' ? 'search.words' : 'search.nothing.text')}
          />
        )}
        {more !== undefined && (
          <Button kind="quiet" className="justify-self-center" onClick={more}>
            {t('members.more')}
          </Button>
        )}
      </div>
    </div>
  );
}
