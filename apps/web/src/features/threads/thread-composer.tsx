import { useClient } from '@parley/sdk/react';
import { ArrowUp } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { GrowingTextarea } from '../messages/growing-textarea.tsx';
import { Slot } from '../messages/slot.tsx';
import { aboveComposer } from '../messages/slots.tsx';
import { isSendable } from '../messages/text-length.ts';
import { replyTargets } from '../replies/reply-target.ts';

/** What was typed in threads and not sent, by root, as long as the page lives. */
const drafts = new Map<string, string>();

/** Where one replies in a thread: Enter sends, Shift+Enter begins a line. */
export function ThreadComposer({ conversationId, rootId }: { conversationId: string; rootId: string }) {
  const client = useClient();
  const { t } = useSpeech();
  const [text, setText] = useState(() => drafts.get(rootId) ?? '');
  const write = (next: string) => {
    setText(next);
    drafts.set(rootId, next);
  };
  const send = () => {
    if (!isSendable(text)) return;
    // The thread shows how it ends.
    client.messages
      .send({ conversationId, content: text, thread: rootId, ...replyTargets.take(rootId) })
      .catch(() => {});
    write('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter also ends the choice of a character in some scripts.
    if (event.nativeEvent.isComposing || event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      className="shrink-0 px-3 pb-[max(12px,env(safe-area-inset-bottom))]"
      data-composer={rootId}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Slot of={aboveComposer} with={{ place: rootId }} />
      <div className="grid grid-cols-[minmax(0,1fr)_auto] items-end rounded-2xl border border-line-strong bg-raised p-1 transition-colors focus-within:border-accent">
        <GrowingTextarea
          className="max-h-[30dvh] min-h-9 resize-none bg-transparent py-[7px] ps-3 pe-2 outline-none"
          aria-label={t('thread.write')}
          placeholder={t('thread.write')}
          dir="auto"
          value={text}
          onChange={(event) => write(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <button
          type="submit"
          className="grid size-9 place-items-center rounded-xl bg-accent text-on-accent transition-colors hover:bg-accent-strong disabled:bg-hover disabled:text-faint"
          aria-label={t('thread.send')}
          disabled={!isSendable(text)}
        >
          <ArrowUp size={19} aria-hidden />
        </button>
      </div>
    </form>
  );
}
