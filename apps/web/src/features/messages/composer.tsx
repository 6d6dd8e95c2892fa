import { charactersLeft, isSendable } from '@parley/sdk';
import { ArrowUp } from 'lucide-react';
import { type KeyboardEvent, memo, useLayoutEffect, useRef, useState } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { cx } from '../../ui/cx.ts';
import { GrowingTextarea } from './growing-textarea.tsx';
import { Slot } from './slot.tsx';
import { aboveComposer } from './slots.tsx';
import { useMentionCompletion } from './use-mention-completion.tsx';
import { useWriting } from './use-writing.ts';

/** So few characters left are worth telling. */
const TELL_BELOW = 500;

interface Props {
  readonly conversationId: string;
  /** The id of the message whose thread is written in; the conversation itself when left out. */
  readonly thread?: string;
  /** What is written to. */
  readonly title: string | null;
  readonly onEditLast: () => void;
}

/** Where one writes: Enter sends, Shift+Enter begins a line, Arrow up in an empty one edits the last message. */
export const Composer = memo(function Composer({ conversationId, thread, title, onEditLast }: Props) {
  const { t } = useSpeech();
  const place = thread ?? conversationId;
  const label = t(thread === undefined ? 'composer.label' : 'thread.write');
  const field = useRef<HTMLTextAreaElement>(null);
  const [caret, setCaret] = useState(0);
  const { text, write, send } = useWriting(conversationId, thread);
  // What comes from another device is gone on with at its end.
  const typed = useRef('');
  useLayoutEffect(() => {
    if (text !== typed.current) field.current?.setSelectionRange(text.length, text.length);
    typed.current = text;
  }, [text]);
  const mentions = useMentionCompletion({ conversationId, text, caret, field });
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter also ends the choice of a character in some scripts.
    if (event.nativeEvent.isComposing || event.altKey || mentions.onKeyDown(event)) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (event.key === 'ArrowUp' && text === '') {
      event.preventDefault();
      onEditLast();
    } else if (event.key === 'Escape' && !event.defaultPrevented) {
      document.getElementById('conversation')?.focus();
    }
  };
  return (
    <form
      className="mx-auto w-full max-w-[860px] px-5 pt-0.5 pb-[max(16px,env(safe-area-inset-bottom))] max-md:px-2 max-md:pb-[max(8px,env(safe-area-inset-bottom))]"
      data-composer={place}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Slot of={aboveComposer} with={{ place }} />
      <div className="relative grid grid-cols-[minmax(0,1fr)_auto] items-end rounded-2xl border border-line-strong bg-raised p-1 transition-colors focus-within:border-accent">
        {mentions.box}
        <GrowingTextarea
          box={field}
          className="max-h-[36dvh] min-h-9 resize-none bg-transparent py-[7px] ps-3 pe-2 outline-none"
          aria-label={label}
          placeholder={title === null ? label : t('composer.placeholder', { title })}
          dir="auto"
          // Whoever opens a conversation may start to type.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus={matchMedia('(hover: hover)').matches}
          {...mentions.fieldProps}
          value={text}
          onChange={({ target }) => {
            typed.current = target.value;
            setCaret(target.selectionStart);
            write(target.value);
          }}
          onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
        />
        <Left text={text} />
        <button
          type="submit"
          className="grid size-9 place-items-center rounded-xl bg-accent text-on-accent transition-colors hover:bg-accent-strong disabled:bg-hover disabled:text-faint"
          aria-label={t(thread === undefined ? 'composer.send' : 'thread.send')}
          disabled={!isSendable(text)}
        >
          <ArrowUp size={19} aria-hidden />
        </button>
      </div>
    </form>
  );
});

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
