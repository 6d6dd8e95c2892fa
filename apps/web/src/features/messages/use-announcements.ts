import type { User } from '@parley/contract';
import type { MessageListSnapshot } from '@parley/sdk';
import { useSession } from '@parley/sdk/react';
import { useEffect, useRef } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { announce } from '../../ui/live-region.tsx';
import { nameOf } from '../users/names.ts';

/** So much of a message is read out. */
const SAID_CHARACTERS = 300;

/** Reads out what others write while the conversation is open, but not what was there before. */
export function useAnnouncements(
  { status, messages }: MessageListSnapshot,
  people: ReadonlyMap<string, User>,
  blocked: ReadonlySet<string>,
): void {
  const { t } = useSpeech();
  const viewerId = useSession()?.user.id;
  const heard = useRef<number | null>(null);
  useEffect(() => {
    const last = messages.at(-1)?.position ?? 0;
    const before = heard.current;
    if (status !== 'ready') return;
    heard.current = Math.max(last, before ?? 0);
    if (before === null) return;
    for (const { position, senderId, messageType, deletedAt, content } of messages) {
      const news = position > before && senderId !== viewerId && !blocked.has(senderId);
      if (!news || messageType !== 'text' || deletedAt !== null) continue;
      const text = content.slice(0, SAID_CHARACTERS);
      announce(t('messages.said', { name: nameOf(people.get(senderId), t), text }));
    }
  }, [status, messages, people, blocked, viewerId, t]);
}
