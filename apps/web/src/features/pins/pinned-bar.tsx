import type { Conversation } from '@parley/contract';
import { List } from 'lucide-react';
import { useSpeech } from '../../i18n/provider.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { useJump } from '../messages/use-jump.ts';
import { usePane } from '../messages/use-pane.ts';
import { oneLine } from '../replies/one-line.ts';
import { usePins } from './use-pins.ts';

/** What was pinned last in a conversation, above its messages: leads to where it stands. */
export function PinnedBar({ conversation }: { conversation: Conversation }) {
  const { t } = useSpeech();
  const { open } = usePane();
  const jump = useJump();
  const latest = usePins(conversation.id).pins?.[0];
  if (latest === undefined) return null;
  return (
    <div
      className="flex animate-appear items-center gap-1 border-b border-line ps-5 pe-2.5 max-md:ps-3"
      data-testid="pinned-bar"
    >
      <button
        type="button"
        className="relative grid min-w-0 flex-1 rounded-md py-1 ps-3.5 text-start before:absolute before:inset-y-1.5 before:start-0 before:w-[3px] before:rounded-full before:bg-accent focus-visible:-outline-offset-2"
        onClick={() => jump(conversation.id, latest.thread?.rootPosition ?? latest.position)}
      >
        <span className="text-xs font-semibold text-accent-fg">{t('pins.latest')}</span>
        <span className="w-fit max-w-full truncate text-sm text-soft" dir="auto">
          {oneLine(latest.content)}
        </span>
      </button>
      <IconButton label={t('pins.all')} onClick={() => open({ pane: 'pins' })}>
        <List size={18} aria-hidden />
      </IconButton>
    </div>
  );
}
