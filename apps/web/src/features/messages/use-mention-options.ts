import { may, type User } from '@parley/contract';
import type { MemberList, MemberListSnapshot, ParleyClient, Store } from '@parley/sdk';
import { useClient, useSession } from '@parley/sdk/react';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { nameOf } from '../users/names.ts';
import { usePeople } from '../users/use-people.ts';
import { matching } from '../palette/entries.ts';

/** So many fit above the composer. */
const SHOWN = 6;

/** So many pages of members are looked through for one name. */
const PAGES = 10;

/** Somebody, or everybody, that a message can mention. */
export interface MentionOption {
  readonly id: string;
  /** What is written behind the `@`. */
  readonly handle: string;
  readonly title: string;
  readonly detail: string;
  /** Null for everybody. */
  readonly person: User | null;
}

const nobody: Store<MemberListSnapshot | null> = { subscribe: () => () => {}, getSnapshot: () => null };

/** The members of a conversation whom what is written of a name may mean; none while no name is written. */
export function useMentionOptions(conversationId: string, query: string | null): readonly MentionOption[] {
  const client = useClient();
  const { t } = useSpeech();
  const viewerId = useSession()?.user.id;
  const asked = query !== null;
  const list = asked ? client.members.open(conversationId) : null;
  const store: Store<MemberListSnapshot | null> = list ?? nobody;
  const snapshot = useSyncExternalStore(store.subscribe, store.getSnapshot);
  const joined = usePeople(
    (snapshot?.members ?? []).flatMap(({ user, userId }) => (user === null ? [userId] : [])),
  );
  const options = useMemo(() => {
    if (query === null || snapshot === null) return [];
    const people = snapshot.members.flatMap(({ user, userId }) => user ?? joined.get(userId) ?? []);
    const all = mayMentionAll(client, conversationId)
      ? [{ id: 'all', handle: 'all', title: t('mention.all'), detail: '@all', person: null }]
      : [];
    const named = people
      .filter(({ id, deleted }) => id !== viewerId && deleted !== true)
      .map((person) => ({
        id: person.id,
        handle: person.username,
        title: nameOf(person, t),
        detail: `@${person.username}`,
        person,
      }));
    return matching([...named, ...all], query).slice(0, SHOWN);
  }, [client, conversationId, joined, query, snapshot, t, viewerId]);
  const few = asked && options.length < SHOWN && snapshot?.hasMore === true;
  useEffect(() => {
    if (!few || list === null) return;
    let wanted = true;
    loadPages(list, () => wanted).catch(() => {});
    return () => {
      wanted = false;
    };
  }, [few, list]);
  return options;
}

/** Loads more members while they are wanted: in a large group those who are meant may not have been listed yet. */
async function loadPages(list: MemberList, wanted: () => boolean): Promise<void> {
  for (let page = 0; page < PAGES && wanted() && list.getSnapshot().hasMore; page += 1) await list.loadMore();
}

/** Whether the viewer may mention everybody in a conversation. */
export function mayMentionAll(client: ParleyClient, conversationId: string): boolean {
  const { conversation } = client.conversations.open(conversationId).getSnapshot();
  return conversation?.kind === 'group' && may(conversation.role, 'mentionAll');
}
