import type { ShownMessage, ShownReaction } from '@parley/sdk';
import { useSession } from '@parley/sdk/react';
import { SmilePlus } from 'lucide-react';
import { useSpeech } from '../../i18n/provider.tsx';
import { cx } from '../../ui/cx.ts';
import type { MessageHost } from '../messages/message-subject.ts';
import { nameOf } from '../users/names.ts';
import { usePeople } from '../users/use-people.ts';
import { useReact } from './use-react.ts';

const NAMED = 8;

/** What people reacted to a message with, below it: a click reacts, too, or takes that back. */
export function ReactionChips(props: { message: ShownMessage; mine: boolean; host: MessageHost }) {
  const { message, mine, host } = props;
  const { t } = useSpeech();
  const { reactions, toggle } = useReact(message);
  if (reactions.length === 0) return null;
  return (
    <fieldset
      className={cx('mt-1 flex flex-wrap gap-1', mine && 'justify-end')}
      aria-label={t('reaction.all')}
    >
      {reactions.map((reaction) => (
        <Chip key={reaction.emoji} reaction={reaction} onClick={() => toggle(reaction.emoji)} />
      ))}
      <button
        type="button"
        className={cx(chipClass, 'border-line bg-surface px-1.5 text-faint hover:bg-hover hover:text-fg')}
        aria-label={t('reaction.add')}
        data-tip={t('reaction.add')}
        onClick={() => host.show('react', message)}
      >
        <SmilePlus size={15} aria-hidden />
      </button>
    </fieldset>
  );
}

const chipClass =
  'inline-flex h-7 items-center gap-1.5 rounded-full border px-2 text-sm tabular-nums transition-colors';

function Chip({ reaction, onClick }: { reaction: ShownReaction; onClick: () => void }) {
  const { emoji, count, own } = reaction;
  const { t, formats } = useSpeech();
  const names = useNames(reaction);
  return (
    <button
      type="button"
      className={cx(
        chipClass,
        own
          ? 'border-accent bg-selected text-accent-fg'
          : 'border-line bg-surface text-soft hover:border-line-strong',
      )}
      aria-pressed={own}
      data-tip={names}
      data-testid="reaction"
      onClick={onClick}
    >
      <span className="text-base leading-none" aria-hidden>
        {emoji}
      </span>
      <span className="text-xs font-semibold" aria-hidden>
        {formats.number(count)}
      </span>
      <span className="sr-only">{t('reaction.by', { emoji, names })}</span>
    </button>
  );
}

/** Who reacted, as far as they are named, and how many more. */
function useNames({ count, userIds, own }: ShownReaction): string {
  const { t, formats } = useSpeech();
  const viewerId = useSession()?.user.id;
  const others = userIds.filter((id) => id !== viewerId).slice(0, NAMED);
  const people = usePeople(others);
  const named = [...(own ? [t('person.you')] : []), ...others.map((id) => nameOf(people.get(id), t))];
  const rest = count - named.length;
  return formats.list(rest > 0 ? [...named, t('list.more', { count: rest })] : named);
}
