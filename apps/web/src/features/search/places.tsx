import { useClient } from '@parley/sdk/react';
import { useCallback } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { useAsked } from '../../use-asked.ts';
import type { Entry } from '../palette/entries.ts';
import { usePlaces } from '../palette/use-places.tsx';
import { ResultSection } from './result-section.tsx';

/** The people and conversations that words find. */
export function Places({ words }: { words: string }) {
  const client = useClient();
  const { t } = useSpeech();
  const { conversationEntry, personEntry } = usePlaces();
  const { answer } = useAsked(useCallback(() => client.search.all({ q: words, limit: 5 }), [client, words]));
  if (answer === undefined) return null;
  const talkedTo = new Set(answer.conversations.map(({ peer }) => peer?.id));
  const people = answer.people.filter(({ id }) => !talkedTo.has(id));
  return (
    <>
      {answer.conversations.length > 0 && (
        <ResultSection title={t('palette.conversations')}>
          {answer.conversations.map(conversationEntry).map((entry) => (
            <Place key={entry.id} entry={entry} />
          ))}
        </ResultSection>
      )}
      {people.length > 0 && (
        <ResultSection title={t('palette.people')}>
          {people.map(personEntry).map((entry) => (
            <Place key={entry.id} entry={entry} />
          ))}
        </ResultSection>
      )}
    </>
  );
}

function Place({ entry: { title, detail, picture, run } }: { entry: Entry }) {
  return (
    <li>
      <button
        type="button"
        className="flex w-full items-center gap-3 rounded-xl px-3 py-1.5 text-start text-sm transition-colors hover:bg-hover focus-visible:-outline-offset-2"
        data-testid="search-place"
        onClick={run}
      >
        {picture}
        <span className="min-w-0 flex-1 truncate font-medium">
          <bdi>{title}</bdi>
        </span>
        <span className="max-w-2/5 truncate text-xs text-faint">
          <bdi>{detail}</bdi>
        </span>
      </button>
    </li>
  );
}
