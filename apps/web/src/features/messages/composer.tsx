import { useClient } from '@parley/sdk/react';
import { ArrowUp } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { cx } from '../../ui/cx.ts';
import { drafts } from './drafts.ts';
import { replyTargets } from '../replies/reply-target.ts';
import { GrowingTextarea } from './growing-textarea.tsx';
import { Slot } from './slot.tsx';
import { aboveComposer } from './slots.tsx';
import { charactersLeft, isSendable } from './text-length.ts';

/** So few characters left are worth telling. */
const TELL_BELOW = 500;

/** Where one writes: Enter sends, Shift+Enter begins a line, Arrow up in an empty one edits the last message. */
export function Composer(props: { conversationId: string; title: string | null; onEditLast: () => void }) {
  const { conversationId, title, onEditLast } = props;
  const client = useClient();
  const { t } = useSpeech();
  const [text, setText] = useState(() => drafts.get(conversationId) ?? '');

  const write = (next: string) => {
    setText(next);
    drafts.set(conversationId, next);
    client.typing.set({ conversationId, typing: next !== '' });
  };
  const send = () => {
    if (!isSendable(text)) return;
    // The timeline shows how it ends.
    client.messages
      .send({ conversationId, content: text, ...replyTargets.take(conversationId) })
      .catch(() => {});
    write('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter also ends the choice of a character in some scripts.
    if (event.nativeEvent.isComposing || event.altKey) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (event.key === 'ArrowUp' && text === '') {
      event.preventDefault();
      onEditLast();
    } else if (event.key === 'Escape') {
      document.getElementById('conversation')?.focus();
    }
  };
  return (
    <form
      data-composer={conversationId}
      className="mx-auto w-full max-w-[860px] px-5 pt-0.5 pb-[max(16px,env(safe-area-inset-bottom))] max-md:px-2 max-md:pb-[max(8px,env(safe-area-inset-bottom))]"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Slot of={aboveComposer} with={{ place: conversationId }} />
      <div className="relative grid grid-cols-[minmax(0,1fr)_auto] items-end rounded-2xl border border-line-strong bg-raised p-1 transition-colors focus-within:border-accent">
        <GrowingTextarea
          className="max-h-[36dvh] min-h-9 resize-none bg-transparent py-[7px] ps-3 pe-2 outline-none"
          aria-label={t('composer.label')}
          placeholder={title === null ? t('composer.label') : t('composer.placeholder', { title })}
          dir="auto"
          // Whoever opens a conversation may start to type.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus={matchMedia('(hover: hover)').matches}
          value={text}
          onChange={(event) => write(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <Left text={text} />
        <button
          type="submit"
          className="grid size-9 place-items-center rounded-xl bg-accent text-on-accent transition-colors hover:bg-accent-strong disabled:bg-hover disabled:text-faint"
          aria-label={t('composer.send')}
          disabled={!isSendable(text)}
        >
          <ArrowUp size={19} aria-hidden />
        </button>
      </div>
    </form>
  );
}

function Left({ text }: { text: string }) {
  const { t } = useSpeech();
  const left = charactersLeft(text);
  if (left >= TELL_BELOW) return null;
  return (
    <output
      className={cx(
        'absolute end-3 bottom-full mb-1 text-xs tabular-nums',
        left < 0 ? 'font-semibold text-danger' : 'text-faint',
      )}
    >
      {left < 0 ? t('composer.over', { count: -left }) : t('composer.left', { count: left })}
    </output>
  );
}
