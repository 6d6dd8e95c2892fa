import type { Found } from '@parley/contract';
import { useConversations, useSearch } from '@parley/sdk/react';
import { useSpeech } from '../../i18n/provider.tsx';
import { type Entry, matching } from './entries.ts';
import { useCommands } from './use-commands.tsx';
import { usePlaces } from './use-places.tsx';

/** So many of each kind are shown. */
const SHOWN = 6;
/** The server is asked once the typing pauses for so long. */
const PAUSE_MS = 150;

const nothing: Found = { people: [], conversations: [], messages: [] };

interface EntryGroup {
  readonly title: string;
  readonly entries: readonly Entry[];
}

/** What a query finds: on this device at once, at the server as soon as it answers. */
export function useEntries(query: string): { groups: readonly EntryGroup[]; note: string } {
  const { t } = useSpeech();
  const { conversationEntry, personEntry, messageEntry, searchEntry } = usePlaces();
  const { conversations } = useConversations();
  const answer = useSearch(query, { pauseMs: PAUSE_MS });
  // What was found for other letters would be chosen by mistake.
  const found = answer.status === 'ready' ? answer : nothing;
  const commands = useCommands();
  const here = matching(conversations.map(conversationEntry), query);
  const known = new Set(here.map(({ id }) => id));
  const there = found.conversations.map(conversationEntry).filter(({ id }) => !known.has(id));
  // Whom one talks to already stands among the conversations.
  const talkedTo = new Set(conversations.map(({ peer }) => peer?.id));
  const people = found.people.filter(({ id }) => !talkedTo.has(id)).map(personEntry);
  const groups = [
    { title: t('palette.conversations'), entries: [...here, ...there].slice(0, SHOWN) },
    { title: t('palette.people'), entries: people.slice(0, SHOWN) },
    { title: t('palette.commands'), entries: matching(commands, query) },
    {
      title: t('search.messages'),
      entries: query.trim() === '' ? [] : [...found.messages.map(messageEntry), searchEntry(query)],
    },
  ].filter(({ entries }) => entries.length > 0);
  if (answer.status === 'failed') return { groups, note: t('palette.failed') };
  return { groups, note: '' };
}
