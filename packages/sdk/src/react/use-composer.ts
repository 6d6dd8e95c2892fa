import { useMemo } from 'react';
import {
  type ComposerPlace,
  type ComposerSnapshot,
  type ComposerStore,
  emptyComposer,
} from '../composer/composer-store.ts';
import { useClient } from './provider.ts';
import { useOpened, useWith } from './use-store.ts';

/** What is being written, with what writes it. */
export type UsedComposer = ComposerSnapshot &
  Pick<ComposerStore, 'setText' | 'setReplyTo' | 'mention' | 'send' | 'clear'>;

/** What can be told of a composer. */
export type ComposerOptions = Pick<ComposerPlace, 'thread'>;

/**
 * What one writes in a conversation, or in one of its threads. The text is one's draft, the same on all devices; that one is
 * typing is told by itself; `send` shows the message at once and begins anew. Null is none: nothing is kept or sent.
 */
export function useComposer(conversationId: string | null, { thread }: ComposerOptions = {}): UsedComposer {
  const { composers } = useClient();
  const place = useMemo(() => ({ conversationId: conversationId ?? '', thread }), [conversationId, thread]);
  const written = useOpened(composers, conversationId === null ? null : place, emptyComposer);
  return useWith(written, composers.open(place), writing);
}

const writing = ({ setText, setReplyTo, mention, send, clear }: ComposerStore) => ({
  ...{ setText, setReplyTo, mention, send, clear },
});
