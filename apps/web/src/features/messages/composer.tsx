import { useClient } from '@parley/sdk/react';
import { type KeyboardEvent, useState } from 'react';
import { SendIcon } from '../../icons.tsx';
import { drafts } from './drafts.ts';
import { GrowingTextarea } from './growing-textarea.tsx';
import { charactersLeft, isSendable } from './text-length.ts';
import './composer.css';

/** So few characters left are worth telling. */
const TELL_BELOW = 500;

/** Where one writes: Enter sends, Shift+Enter begins a line, Arrow up in an empty one edits the last message. */
export function Composer(props: { conversationId: string; title: string | null; onEditLast: () => void }) {
  const { conversationId, title, onEditLast } = props;
  const client = useClient();
  const [text, setText] = useState(() => drafts.get(conversationId) ?? '');
  const left = charactersLeft(text);

  const write = (next: string) => {
    setText(next);
    drafts.set(conversationId, next);
  };
  const send = () => {
    if (!isSendable(text)) return;
    // The timeline shows how it ends.
    client.messages.send({ conversationId, content: text }).catch(() => {});
    write('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter also ends the choice of a character in some scripts.
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (event.key === 'ArrowUp' && text === '') {
      event.preventDefault();
      onEditLast();
    }
  };
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="composer-box">
        <GrowingTextarea
          className="composer-text"
          aria-label="Message"
          placeholder={title === null ? 'Message' : `Message ${title}`}
          dir="auto"
          // Whoever opens a conversation may start to type.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus={matchMedia('(hover: hover)').matches}
          value={text}
          onChange={(event) => write(event.target.value)}
          onKeyDown={onKeyDown}
        />
        {left < TELL_BELOW && (
          <output className="composer-left" data-over={left < 0 || undefined}>
            {left < 0 ? `${-left} too many` : `${left} left`}
          </output>
        )}
        <button type="submit" className="composer-send" aria-label="Send" disabled={!isSendable(text)}>
          <SendIcon />
        </button>
      </div>
    </form>
  );
}
