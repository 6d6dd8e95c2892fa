import type { PublicGroup } from '@parley/contract';
import { useClient } from '@parley/sdk/react';
import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { explain } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { Button } from '../../ui/button.tsx';
import { toast } from '../../ui/toast.tsx';
import { useAsked } from '../../use-asked.ts';
import { useTask } from '../../use-task.ts';
import { Avatar } from '../users/avatar.tsx';
import { ResultSection } from './result-section.tsx';

/** Groups that one may join, by words. */
export function PublicGroups({ words }: { words: string }) {
  const client = useClient();
  const { t } = useSpeech();
  const { answer } = useAsked(
    useCallback(() => client.groups.search({ q: words, limit: 5 }), [client, words]),
  );
  // Those one is in stand among the conversations.
  const groups = (answer?.groups ?? []).filter(({ joined }) => !joined);
  if (groups.length === 0) return null;
  return (
    <ResultSection title={t('search.groups')}>
      {groups.map((group) => (
        <Group key={group.id} group={group} />
      ))}
    </ResultSection>
  );
}

function Group({ group }: { group: PublicGroup }) {
  const client = useClient();
  const navigate = useNavigate();
  const { t } = useSpeech();
  const task = useTask();
  const { id: conversationId, title, avatar, description, memberCount } = group;
  const name = title ?? t('chats.group');
  const join = () =>
    task.run(async () => {
      try {
        await client.groups.join({ conversationId });
        await navigate({ to: '/c/$conversationId', params: { conversationId } });
      } catch (error) {
        toast(explain(error, t));
      }
    });
  return (
    <li className="flex items-center gap-3 px-3 py-2" data-testid="public-group">
      <Avatar id={conversationId} name={name} picture={avatar} group size="small" />
      <span className="grid min-w-0 flex-1 grid-cols-1">
        <span className="truncate text-sm font-medium">
          <bdi>{name}</bdi>
        </span>
        <span className="truncate text-xs text-faint" dir="auto">
          {[t('conversation.members', { count: memberCount }), description].filter(Boolean).join(' · ')}
        </span>
      </span>
      <Button
        disabled={task.busy}
        aria-label={t('search.joinGroup', { title: name })}
        onClick={() => void join()}
      >
        {t('join.submit')}
      </Button>
    </li>
  );
}
