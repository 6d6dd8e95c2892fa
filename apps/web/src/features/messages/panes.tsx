import type { Conversation } from '@parley/contract';
import { useSearch } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId } from 'react';
import type { PlainKey } from '../../i18n/catalog.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { type Fetched, fetched } from '../../ui/fetched.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { useHeadingFocus } from '../../ui/use-heading-focus.ts';
import { useOpener } from '../../ui/use-opener.ts';
import type { PaneName } from './pane-names.ts';
import { usePane } from './use-pane.ts';

interface PaneProps {
  readonly conversation: Conversation;
  readonly onClose: () => void;
}

interface Pane {
  readonly title: PlainKey;
  readonly content: Fetched<PaneProps>;
}

/** What each pane shows. */
const panes: Readonly<Record<PaneName, Pane>> = {
  details: {
    title: 'conversation.details',
    content: fetched<PaneProps>(() => import('../members/details.tsx')),
  },
  pins: {
    title: 'pins.title',
    content: fetched<PaneProps>(() => import('../pins/pins-pane.tsx')),
  },
  thread: {
    title: 'thread.title',
    content: fetched<PaneProps>(() => import('../threads/thread-pane.tsx')),
  },
};

/** Fetches what panes show, before one is opened. */
export const fetchPanes = Object.values(panes).map(({ content }) => content.fetch);

/** The pane that is open, if any. */
export function OpenPane({ conversation }: { conversation: Conversation }) {
  const { t } = useSpeech();
  const { pane } = useSearch({ from: '/signed-in/chat/c/$conversationId' });
  const { close } = usePane();
  if (pane === undefined) return null;
  const { title, content: Content } = panes[pane];
  return (
    <SidePane key={pane} title={t(title)} onClose={close}>
      <Content conversation={conversation} onClose={close} />
    </SidePane>
  );
}

/** Beside the conversation on a wide screen, over it on a narrow one. Escape closes it. */
function SidePane(props: { title: string; onClose: () => void; children: ReactNode }) {
  const { t } = useSpeech();
  const { title, onClose, children } = props;
  const id = useId();
  const giveBack = useOpener();
  const heading = useHeadingFocus();
  // Once it is gone: until then the focus is in it.
  useEffect(() => () => void setTimeout(giveBack), [giveBack]);
  return (
    // Escape reaches it from whatever is focused inside.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <aside
      aria-labelledby={id}
      className="flex w-80 shrink-0 flex-col border-s border-line bg-surface max-lg:absolute max-lg:inset-0 max-lg:z-20 max-lg:w-auto"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) onClose();
      }}
    >
      <header className="flex h-14 shrink-0 items-center justify-between border-b border-line ps-5 pe-2.5">
        <h2 ref={heading} id={id} tabIndex={-1} className="text-sm font-semibold outline-none">
          {title}
        </h2>
        <IconButton label={t('action.close')} onClick={onClose}>
          <X size={18} aria-hidden />
        </IconButton>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
    </aside>
  );
}
