import { useTyping } from '@parley/sdk/react';
import { useSpeech } from '../../i18n/provider.tsx';
import { nameOf } from '../users/names.ts';
import { usePeople } from '../users/use-people.ts';
import { typingText } from './typing-text.ts';

/** Who else is typing; keeps its place while nobody is. */
export function TypingLine({ conversationId }: { conversationId: string }) {
  const { t } = useSpeech();
  const { userIds, count } = useTyping(conversationId);
  const people = usePeople(userIds);
  const names = userIds.map((id) => nameOf(people.get(id), t));
  return (
    <p
      className="mx-auto flex h-5 w-full max-w-[860px] items-center gap-2 px-6 text-xs text-faint"
      data-testid="typing"
    >
      {count > 0 && (
        <>
          <Dots />
          <span className="truncate">{typingText(names, count, t)}</span>
        </>
      )}
    </p>
  );
}

function Dots() {
  return (
    <span className="inline-flex gap-0.5" aria-hidden>
      {['', '[animation-delay:150ms]', '[animation-delay:300ms]'].map((delay) => (
        <span key={delay} className={`size-1 animate-bounce-dot rounded-full bg-faint ${delay}`} />
      ))}
    </span>
  );
}
