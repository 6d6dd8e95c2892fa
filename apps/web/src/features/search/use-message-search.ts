import type { FoundMessage } from '@parley/contract';
import { useClient } from '@parley/sdk/react';
import { useEffect, useState } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { type Resolved, resolveSearch } from './resolve.ts';
import type { SearchFilter } from './search-query.ts';

interface Answer {
  readonly key: string;
  readonly search: Resolved | null;
  readonly hits: readonly FoundMessage[];
  readonly cursor: string | null;
  readonly unknown: SearchFilter | null;
  readonly error: unknown;
}

interface MessageHits extends Pick<Answer, 'hits' | 'unknown' | 'error'> {
  readonly searching: boolean;
  /** Finds those before; undefined when there are none. */
  readonly more: (() => void) | undefined;
}

const nothing: Answer = { key: '', search: null, hits: [], cursor: null, unknown: null, error: null };

/** The messages that a search finds, page by page. Shows the answer before until the next one is there. */
export function useMessageSearch(text: string, place: string | undefined): MessageHits {
  const client = useClient();
  const { t } = useSpeech();
  const [answer, setAnswer] = useState(nothing);
  const key = text.trim() === '' ? '' : `${place ?? ''} ${text}`;
  useEffect(() => {
    if (key === '') return;
    let current = true;
    const ask = async (): Promise<Answer> => {
      const search = await resolveSearch(client, text, place, t);
      if ('unknown' in search) return { ...nothing, key, unknown: search.unknown };
      const { results, nextCursor } = await client.search.messages(search);
      return { ...nothing, key, search, hits: results, cursor: nextCursor };
    };
    const take = (next: Answer) => {
      if (current) setAnswer(next);
    };
    ask().then(take, (error: unknown) => take({ ...nothing, key, error }));
    return () => {
      current = false;
    };
  }, [client, key, place, t, text]);
  const { search, cursor } = answer;
  const more = () => {
    if (search === null || cursor === null) return;
    client.search.messages({ ...search, cursor }).then(
      ({ results, nextCursor }) =>
        setAnswer((now) =>
          now.cursor === cursor
            ? { ...now, hits: [...now.hits, ...results], cursor: nextCursor, error: null }
            : now,
        ),
      (error: unknown) => setAnswer((now) => (now.cursor === cursor ? { ...now, error } : now)),
    );
  };
  if (key === '') return { ...nothing, searching: false, more: undefined };
  return {
    hits: answer.hits,
    unknown: answer.key === key ? answer.unknown : null,
    error: answer.key === key ? answer.error : null,
    searching: answer.key !== key,
    more: answer.key === key && cursor !== null ? more : undefined,
  };
}
