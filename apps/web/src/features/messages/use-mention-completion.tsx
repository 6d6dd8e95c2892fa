import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useId, useState } from 'react';
import { useClient } from '@parley/sdk/react';
import { useSpeech } from '../../i18n/provider.tsx';
import { announce } from '../../ui/live-region.tsx';
import { MentionBox } from './mention-box.tsx';
import { mentionQueryAt } from './mention-query.ts';
import { type MentionOption, useMentionOptions } from './use-mention-options.ts';

interface Completion {
  /** For the text field, so that screen readers follow what is chosen in the list. */
  readonly fieldProps: {
    readonly 'aria-autocomplete': 'list';
    readonly 'aria-controls': string | undefined;
    readonly 'aria-activedescendant': string | undefined;
  };
  /** Whether the key was for the list. */
  readonly onKeyDown: (event: KeyboardEvent) => boolean;
  readonly box: ReactNode;
}

/** Completes the names of members that are written behind an `@`: arrows choose, Enter and Tab take, Escape leaves it. */
export function useMentionCompletion(props: {
  conversationId: string;
  text: string;
  caret: number;
  field: RefObject<HTMLTextAreaElement | null>;
}): Completion {
  const { conversationId, text, caret, field } = props;
  const { t } = useSpeech();
  const id = useId();
  const [left, setLeft] = useState<number | null>(null);
  const [chosen, setChosen] = useState(0);
  const written = mentionQueryAt(text, caret);
  // What is left alone is the name that was being written then.
  if (left !== null && written?.from !== left) setLeft(null);
  const query = written === null || written.from === left ? null : written.query;
  const options = useMentionOptions(conversationId, query);
  useKnownMembers(conversationId, text.includes('@'));
  const count = options.length;
  const open = count > 0;
  useEffect(() => {
    if (open) announce(t('mention.found', { count }));
  }, [open, count, t]);

  const active = Math.min(chosen, count - 1);
  const current = options[active];
  const pick = ({ handle }: MentionOption) => {
    if (field.current === null || written === null) return;
    // As if it had been typed: the field then says so itself.
    field.current.setRangeText(`@${handle} `, written.from, caret, 'end');
    field.current.dispatchEvent(new Event('input', { bubbles: true }));
    setChosen(0);
  };
  const onKeyDown = (event: KeyboardEvent): boolean => {
    if (current === undefined || event.nativeEvent.isComposing) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setChosen((active + step + count) % count);
    else if (event.key === 'Escape') setLeft(written?.from ?? null);
    else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey) pick(current);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  return {
    fieldProps: {
      'aria-autocomplete': 'list',
      'aria-controls': open ? id : undefined,
      'aria-activedescendant': current === undefined ? undefined : `${id}-${current.id}`,
    },
    onKeyDown,
    box: open ? <MentionBox id={id} options={options} active={active} onPick={pick} /> : null,
  };
}

/** Holds who is in a conversation while a text may name them: whom it mentions is found when it is sent. */
function useKnownMembers(conversationId: string, wanted: boolean): void {
  const client = useClient();
  useEffect(() => {
    if (!wanted) return;
    return client.members.open(conversationId).subscribe(() => {});
  }, [client, conversationId, wanted]);
}
