import type { MessageExtras } from '@parley/contract';
import { isSendable } from '@parley/sdk';
import { useClient, useSession } from '@parley/sdk/react';
import { useSyncExternalStore } from 'react';
import { mentionedIn } from './mentioned.ts';
import { extrasOfNext } from './slots.tsx';
import { useThreadText } from './thread-texts.ts';

interface Writing {
  readonly text: string;
  /** Says what is written now: others see that one is typing. */
  readonly write: (text: string) => void;
  /** Sends what is written, if it can be, and begins anew. */
  readonly send: () => void;
}

/** What one writes in a conversation, a draft that all devices share, or in a thread, for as long as the page lives. */
export function useWriting(conversationId: string, thread: string | undefined): Writing {
  const client = useClient();
  const draft = client.drafts.open(conversationId);
  const stored = useSyncExternalStore(draft.subscribe, draft.getSnapshot);
  const [inThread, setInThread] = useThreadText(thread, useSession()?.user.id ?? '');
  const text = thread === undefined ? stored.text : inThread;
  const write = (next: string) => {
    if (thread === undefined) draft.set(next, stored.replyTo);
    else setInThread(next);
    client.typing.set({ conversationId, typing: next !== '' });
  };
  const send = () => {
    if (!isSendable(text)) return;
    const place = thread ?? conversationId;
    const own: MessageExtras = {
      ...mentionedIn(client, conversationId, text),
      ...(thread !== undefined && { thread }),
    };
    const extras = extrasOfNext.reduce((all, extrasOf) => ({ ...all, ...extrasOf(place) }), own);
    // The timeline shows how it ends.
    client.messages.send({ conversationId, content: text, ...extras }).catch(() => {});
    write('');
  };
  return { text, write, send };
}
