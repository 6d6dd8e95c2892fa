import type { MouseEvent, ReactNode } from 'react';
import { useMenu } from '../../ui/use-menu.tsx';
import type { MessageSubject } from './message-subject.ts';
import { messageActions } from './slots.tsx';

/**
 * One menu for all messages of a timeline: by a click of the right button, a long touch, or `openContextMenu`. On links and
 * on what is selected the browser's own is left alone.
 */
export function useMessageMenu(subjectOf: (messageId: string) => MessageSubject | undefined): {
  readonly onContextMenu: (event: MouseEvent) => void;
  readonly element: ReactNode;
} {
  const menu = useMenu();
  const onContextMenu = (event: MouseEvent) => {
    const { target, clientX, clientY } = event;
    if (!(target instanceof Element) || hasOwnMenu(target)) return;
    const opener = target.closest<HTMLElement>('[data-message-id]');
    const subject = opener === null ? undefined : subjectOf(opener.dataset['messageId'] ?? '');
    if (opener === null || subject === undefined) return;
    event.preventDefault();
    menu.show({
      label: subject.t('message.actions'),
      entries: messageActions
        .filter(({ applies }) => applies(subject))
        .map(({ id, label, icon: Icon, danger, run }) => ({
          id,
          label: subject.t(label),
          icon: <Icon size={16} aria-hidden />,
          danger,
          run: () => run(subject),
        })),
      opener,
      at: { left: clientX, top: clientY, width: 0, height: 0 },
      side: 'bottom',
      align: 'start',
    });
  };
  return { onContextMenu, element: menu.element };
}

function hasOwnMenu(target: Element): boolean {
  if (target.closest('a, textarea') !== null) return true;
  const selection = getSelection();
  return selection !== null && !selection.isCollapsed && selection.containsNode(target, true);
}
