import { limits, type MessageSearch } from '@parley/contract';
import type { ParleyClient } from '@parley/sdk';
import type { Translate } from '../../i18n/translate.ts';
import { titleOf } from '../conversations/title.ts';
import { matching } from '../palette/entries.ts';
import { type SearchFilter, searchQueryOf, startOfDay } from './search-query.ts';

/** A search as the server takes it. */
export type Resolved = Pick<MessageSearch, 'q' | 'from' | 'in' | 'before' | 'after'>;

/** Something that was typed and that there is not. */
export interface Unknown {
  readonly unknown: SearchFilter;
}

/**
 * What was typed, with ids for the names in it; `place` keeps it to one conversation.
 * @throws ParleyError
 */
export async function resolveSearch(
  client: ParleyClient,
  text: string,
  place: string | undefined,
  t: Translate,
): Promise<Resolved | Unknown> {
  const { words, filters } = searchQueryOf(text);
  const from: string[] = [];
  const within: string[] = place === undefined ? [] : [place];
  let resolved: Resolved = { q: words };
  for (const filter of filters) {
    if (filter.name === 'before' || filter.name === 'after') {
      resolved = { ...resolved, [filter.name]: startOfDay(filter.value) };
      continue;
    }
    const found =
      filter.name === 'from'
        ? await peopleNamed(client, filter.value)
        : await conversationsNamed(client, filter.value, t);
    if (found.length === 0) return { unknown: filter };
    (filter.name === 'from' ? from : within).push(...found);
  }
  return {
    ...resolved,
    ...(from.length > 0 && { from: from.slice(0, limits.searchFilters) }),
    ...(within.length > 0 && { in: within.slice(0, limits.searchFilters) }),
  };
}

/** The one with exactly that username, else all whom the name finds. */
async function peopleNamed(client: ParleyClient, name: string): Promise<string[]> {
  const me = client.auth.session.getSnapshot()?.user;
  if (me !== undefined && [me.username, 'me'].includes(name.toLowerCase())) return [me.id];
  const found = await client.users.search({ q: name });
  const exact = found.filter(({ username }) => username.toLowerCase() === name.toLowerCase());
  return (exact.length > 0 ? exact : found).map(({ id }) => id);
}

/** Those held here first; else those that the server finds. */
async function conversationsNamed(client: ParleyClient, name: string, t: Translate): Promise<string[]> {
  const { conversations, archived } = client.conversations.list.getSnapshot();
  const named = [...conversations, ...archived].map((conversation) => ({
    id: conversation.id,
    title: titleOf(conversation, t),
    detail: conversation.peer?.username ?? '',
  }));
  const here = matching(named, name);
  const found = here.length > 0 ? here : (await client.search.all({ q: name })).conversations;
  return found.map(({ id }) => id);
}
