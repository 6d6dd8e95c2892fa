import type { Message } from '@parley/contract';
import { isSendable } from '@parley/sdk';
import { useClient } from '@parley/sdk/react';
import { type KeyboardEvent, useRef, useState } from 'react';
import { explain } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { LinkButton } from '../../ui/button.tsx';
import { Fault } from '../../ui/fault.tsx';
import { useTask } from '../../use-task.ts';
import { GrowingTextarea } from './growing-textarea.tsx';
import type { MessageHost } from './message-subject.ts';

/** Changes a message in its place: Enter saves, Escape leaves it as it was. */
export function MessageEditor({ message, host }: { message: Message; host: MessageHost }) {
  const client = useClient();
  const { t } = useSpeech();
  const [text, setText] = useState(message.content);
  const task = useTask();
  const form = useRef<HTMLFormElement>(null);
  const [fromRow] = useState(isOnRow);

  const close = () => {
    // The focus goes on from where it came, and is not lost with what it is in.
    if (form.current?.contains(document.activeElement) === true) {
      if (fromRow) form.current.closest<HTMLElement>('[tabindex]')?.focus({ preventScroll: true });
      else if (matchMedia('(hover: hover)').matches) host.focusComposer();
    }
    host.edit(null);
  };
  const save = async () => {
    if (!isSendable(text)) return;
    const done = await task.run(async () => {
      const { conversationId, id: messageId } = message;
      if (text !== message.content) await client.messages.edit({ conversationId, messageId, content: text });
    });
    if (done) close();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') {
      event.stopPropagation();
      close();
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      void save();
    }
  };
  return (
    <form
      ref={form}
      className="grid w-[min(560px,70vw)] gap-1.5"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <GrowingTextarea
        className="max-h-[40dvh] w-full resize-none rounded-xl border border-accent bg-raised px-3 py-2 outline-none"
        aria-label={t('message.edit')}
        dir="auto"
        // Whoever edits a message wants to type here.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        onFocus={(event) => event.target.setSelectionRange(text.length, text.length)}
      />
      <Fault text={task.error === null ? null : explain(task.error, t)} />
      <div className="flex justify-end gap-4 text-sm">
        <LinkButton onClick={close}>{t('action.cancel')}</LinkButton>
        <LinkButton type="submit" disabled={task.busy || !isSendable(text)}>
          {t('action.save')}
        </LinkButton>
      </div>
    </form>
  );
}

/** Whether somebody goes through the messages by keyboard, or through what can be done with one. */
function isOnRow(): boolean {
  const { activeElement } = document;
  return (
    activeElement?.matches(':focus-visible') === true && activeElement.closest('[data-composer]') === null
  );
}
