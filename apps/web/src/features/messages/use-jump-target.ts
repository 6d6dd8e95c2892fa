import { useClient } from '@parley/sdk/react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { explain } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { toast } from '../../ui/toast.tsx';
import type { Target } from './use-timeline-scroll.ts';

/** A message that was jumped to stays lit for so long. */
const LIT_MS = 2_000;

export interface JumpTarget {
  /** Where the timeline is on its way to. */
  readonly target: Target | null;
  /** Whether the address names a place that is still to be gone to. */
  readonly pending: boolean;
  /** The row that was jumped to, for a moment. */
  readonly lit: string | null;
  readonly reached: (key: string | null) => void;
  readonly toLatest: () => void;
}

/**
 * Where a timeline is to go: to the message of the address, and to the end when somebody asks for it or writes.
 * @param firstNew the position of the first new message where that is not among those a conversation is opened with;
 *   undefined while that is not known
 */
export function useJumpTarget(
  conversationId: string,
  ready: boolean,
  firstNew: number | null | undefined,
): JumpTarget {
  const client = useClient();
  const { t } = useSpeech();
  const navigate = useNavigate();
  const { at } = useSearch({ from: '/signed-in/chat/c/$conversationId' });
  const [target, setTarget] = useState<Target | null>(null);
  const [lit, setLit] = useState<string | null>(null);
  const list = client.messages.open(conversationId);

  const [asked, setAsked] = useState<number | undefined>(undefined);
  const due = ready ? at : undefined;
  if (asked !== due) {
    setAsked(due);
    if (due !== undefined) setTarget({ position: due });
  }
  // Once, as it is opened: nobody is to find that what they have not seen counts as read.
  const [begun, setBegun] = useState(false);
  if (!begun && ready && firstNew !== undefined) {
    setBegun(true);
    if (at === undefined && firstNew !== null) setTarget({ position: firstNew, line: true });
  }
  useEffect(() => {
    if (target === null || target === 'end' || target.line !== true) return;
    // Where it cannot be had, the latest are shown as they are; somebody may have gone elsewhere meanwhile.
    list.jumpTo(target.position).catch(() => setTarget((now) => (now === target ? null : now)));
  }, [target, list]);
  useEffect(() => {
    if (at === undefined || !ready) return;
    list.jumpTo(at).catch((error: unknown) => {
      setTarget(null);
      toast(explain(error, t));
    });
    // Whoever follows the same link again wants to go there again.
    void navigate({ to: '.', search: (before) => ({ ...before, at: undefined }), replace: true });
  }, [at, ready, list, navigate, t]);

  useEffect(() => {
    if (lit === null) return;
    const timer = setTimeout(() => setLit(null), LIT_MS);
    return () => clearTimeout(timer);
  }, [lit]);

  const written = useLastWritten(conversationId);
  const [before, setBefore] = useState(written);
  if (written !== before) {
    setBefore(written);
    if (written !== undefined) setTarget('end');
  }
  useEffect(() => {
    if (target === 'end') list.jumpToLatest();
  }, [target, list]);

  return {
    ...{ target, lit, toLatest: () => setTarget('end') },
    pending: at !== undefined || (!begun && typeof firstNew === 'number'),
    reached: (key) => {
      if (target !== 'end' && target?.line !== true) setLit(key);
      setTarget(null);
    },
  };
}

/** The id of what one wrote last and is on its way. */
function useLastWritten(conversationId: string): string | undefined {
  const { outbox } = useClient().messages;
  return useSyncExternalStore(
    outbox.subscribe,
    () =>
      outbox
        .getSnapshot()
        .findLast(
          (message) => message.conversationId === conversationId && message.extras.thread === undefined,
        )?.id,
  );
}
