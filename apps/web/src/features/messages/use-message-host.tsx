import { type ReactNode, useMemo, useState } from 'react';
import { replyTargets } from '../replies/reply-target.ts';
import { focusComposer } from './focus-composer.ts';
import { useMessageDialogs } from './message-dialogs.tsx';
import type { MessageHost } from './message-subject.ts';

/** What is done with the messages of one place, a conversation or a thread: `element` is to be rendered. */
export function useMessageHost(
  place: string,
  { openThread, mayPin, group }: Pick<MessageHost, 'openThread' | 'mayPin' | 'group'>,
): { readonly host: MessageHost; readonly editing: string | null; readonly element: ReactNode } {
  const [editing, setEditing] = useState<string | null>(null);
  const { show, element } = useMessageDialogs();
  const host = useMemo<MessageHost>(
    () => ({
      edit: setEditing,
      focusComposer: () => focusComposer(place),
      reply: (message) => {
        replyTargets.set(place, message);
        focusComposer(place);
      },
      show,
      openThread,
      mayPin,
      group,
    }),
    [place, show, openThread, mayPin, group],
  );
  return { host, editing, element };
}
