import type { ShownMessage } from '@parley/sdk';
import { SmilePlus } from 'lucide-react';
import { useState } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import type { MessageHost } from '../messages/message-subject.ts';
import { toolbarButtonClass } from '../messages/toolbar-button.ts';
import { recentEmoji } from './recent.ts';
import { useReact } from './use-react.ts';

const QUICK = 3;

/** The emoji one uses most lately, one click away, and the way to all others. */
export function QuickReactions({ message, host }: { message: ShownMessage; host: MessageHost }) {
  const { t } = useSpeech();
  const { reactions, toggle } = useReact(message);
  // They stay where they are while one points at them.
  const [quick] = useState(() => recentEmoji().slice(0, QUICK));
  return (
    <>
      {quick.map((emoji) => (
        <button
          key={emoji}
          type="button"
          className={`${toolbarButtonClass} text-base max-md:hidden`}
          aria-label={t('reaction.with', { emoji })}
          data-tip={t('reaction.with', { emoji })}
          aria-pressed={reactions.some((reaction) => reaction.emoji === emoji && reaction.own)}
          onClick={() => toggle(emoji)}
        >
          <span aria-hidden>{emoji}</span>
        </button>
      ))}
      <button
        type="button"
        className={toolbarButtonClass}
        aria-label={t('reaction.add')}
        data-tip={t('reaction.add')}
        onClick={() => host.show('react', message)}
      >
        <SmilePlus size={16} aria-hidden />
      </button>
    </>
  );
}
