import { useClient } from '@parley/sdk/react';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { Shell } from './shell.ts';

/** The shortcuts that work everywhere. */
export function useShortcuts(shell: Shell): void {
  const client = useClient();
  const navigate = useNavigate();
  const { conversationId: openId } = useParams({ strict: false });
  useEffect(() => {
    const step = (by: 1 | -1) => {
      const { conversations } = client.conversations.list.getSnapshot();
      const index = conversations.findIndex(({ id }) => id === openId);
      const next = conversations[index === -1 ? 0 : index + by];
      if (next !== undefined)
        void navigate({ to: '/c/$conversationId', params: { conversationId: next.id } });
    };
    const onKeyDown = (event: KeyboardEvent) => {
      const act = actionOf(event, shell, step);
      if (act === undefined || event.defaultPrevented) return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [client, navigate, openId, shell]);
}

function actionOf(event: KeyboardEvent, shell: Shell, step: (by: 1 | -1) => void): (() => void) | undefined {
  const { altKey, ctrlKey, metaKey, key } = event;
  if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === 'k') return () => shell.show('palette');
  if (document.querySelector('[role=dialog]') !== null) return undefined;
  if (altKey && key === 'ArrowDown') return () => step(1);
  if (altKey && key === 'ArrowUp') return () => step(-1);
  if (key === '?' && !isTyping(event.target)) return () => shell.show('shortcuts');
  return undefined;
}

/** Whether keys are text where the focus is. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}
