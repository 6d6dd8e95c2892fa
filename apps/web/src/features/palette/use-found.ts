import type { Found } from '@parley/contract';
import { useClient } from '@parley/sdk/react';
import { useEffect, useState } from 'react';

const PAUSE_MS = 150;

interface Answer extends Found {
  readonly query: string;
  readonly failed: boolean;
}

const nothing: Answer = { query: '', people: [], conversations: [], messages: [], failed: false };

/** What the server finds for a query; asked once the typing pauses. */
export function useFound(text: string): Answer & { readonly asking: boolean } {
  const client = useClient();
  const [answer, setAnswer] = useState(nothing);
  const query = text.trim();
  useEffect(() => {
    if (query === '') return;
    let current = true;
    const timer = setTimeout(() => {
      client.search.all({ q: query }).then(
        (found) => current && setAnswer({ ...found, query, failed: false }),
        () => current && setAnswer({ ...nothing, query, failed: true }),
      );
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [client, query]);
  // What was found for other letters would be chosen by mistake.
  if (query !== answer.query) return { ...nothing, asking: query !== '' };
  return { ...answer, asking: false };
}
