import type { Conversation } from '@parley/contract';
import type { MouseEvent, ReactNode } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { useMenu } from '../../ui/use-menu.tsx';
import { titleOf } from './title.ts';
import { useConversationActions } from './use-conversation-actions.tsx';

/** One menu for all rows of the list: by a click of the right button, a long touch, the menu key, or a row's button. */
export function useRowMenu(conversations: readonly Conversation[]): {
  readonly onContextMenu: (event: MouseEvent) => void;
  readonly element: ReactNode;
} {
  const { t } = useSpeech();
  const menu = useMenu();
  const { entriesOf, dialog } = useConversationActions();
  const onContextMenu = (event: MouseEvent) => {
    const { target, clientX, clientY } = event;
    const row = target instanceof Element ? target.closest<HTMLElement>('[data-conversation-id]') : null;
    const conversation = conversations.find(({ id }) => id === row?.dataset['conversationId']);
    const opener = target instanceof Element ? target.closest<HTMLElement>('a, button') : null;
    if (conversation === undefined || opener === null) return;
    event.preventDefault();
    menu.show({
      label: t('chats.actions', { title: titleOf(conversation, t) }),
      entries: entriesOf(conversation),
      opener,
      at: { left: clientX, top: clientY, width: 0, height: 0 },
      side: 'bottom',
      align: 'start',
    });
  };
  const element = (
    <>
      {menu.element}
      {dialog}
    </>
  );
  return { onContextMenu, element };
}
