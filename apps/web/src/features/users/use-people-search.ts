import type { User } from '@parley/contract';
import { useClient } from '@parley/sdk/react';
import { useEffect, useState } from 'react';
import { people } from '../../client.ts';

const PAUSE_MS = 180;

interface Search {
  readonly found: readonly User[];
  readonly status: 'idle' | 'searching' | 'failed';
}

interface Answer {
  readonly query: string;
  readonly found: readonly User[];
  readonly failed: boolean;
}

/** The people a query finds; asks once the typing pauses. Shows the answer before until the next one comes. */
export function usePeopleSearch(text: string): Search {
  const client = useClient();
  const [answer, setAnswer] = useState<Answer>({ query: '', found: [], failed: false });
  const query = text.trim();
  useEffect(() => {
    if (query === '') return;
    let current = true;
    const ask = async () => {
      try {
        const found = await client.users.search({ q: query });
        people.add(found);
        if (current) setAnswer({ query, found, failed: false });
      } catch {
        if (current) setAnswer({ query, found: [], failed: true });
      }
    };
    const timer = setTimeout(() => void ask(), PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [client, query]);
  if (query === '') return { found: [], status: 'idle' };
  if (query !== answer.query) return { found: answer.found, status: 'searching' };
  return { found: answer.found, status: answer.failed ? 'failed' : 'idle' };
}
