import { type Found, ParleyError } from '@parley/contract';
import { useEffect, useMemo, useState } from 'react';
import { useClient } from './provider.ts';

/** What a search has found. */
export interface UsedSearch extends Found {
  /** `idle` for a blank query; `searching` while the answer to another query, or none, is shown. */
  readonly status: 'idle' | 'searching' | 'ready' | 'failed';
  /** The query that this is the answer to. */
  readonly query: string;
  /** Why it failed; null otherwise. */
  readonly error: ParleyError | null;
}

/** How a search is made. */
export interface SearchOptions {
  /** How many of each kind; 5 unless told. */
  readonly limit?: number;
  /** How long the typing has to pause before it is asked for, in milliseconds; 180 unless told. */
  readonly pauseMs?: number;
}

const nothing: UsedSearch = {
  status: 'idle',
  query: '',
  error: null,
  people: [],
  conversations: [],
  messages: [],
};

/**
 * The people, conversations and messages that a query finds, asked for once the typing pauses. The answer before is shown until
 * the next one comes, and an answer that comes late to an earlier query never.
 */
export function useSearch(text: string, { limit, pauseMs = 180 }: SearchOptions = {}): UsedSearch {
  const { search } = useClient();
  const [answer, setAnswer] = useState(nothing);
  const query = text.trim();
  useEffect(() => {
    if (query === '') return;
    let current = true;
    const take = (found: UsedSearch) => current && setAnswer(found);
    const timer = setTimeout(() => {
      search.all({ q: query, ...(limit !== undefined && { limit }) }).then(
        (found) => take({ ...found, status: 'ready', query, error: null }),
        (error: unknown) => take({ ...nothing, status: 'failed', query, error: parleyError(error) }),
      );
    }, pauseMs);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [search, query, limit, pauseMs]);
  return useMemo(() => {
    if (query === '') return nothing;
    return query === answer.query ? answer : { ...answer, status: 'searching', error: null };
  }, [query, answer]);
}

function parleyError(error: unknown): ParleyError {
  if (error instanceof ParleyError) return error;
  return new ParleyError('INTERNAL', 'unable to search; the answer could not be read', { cause: error });
}
