import { useClient, useConversations } from '@parley/sdk/react';
import { useState } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { inputClass } from '../../ui/text-field.tsx';
import { toast } from '../../ui/toast.tsx';
import { avatarIdOf, pictureOf, titleOf } from '../conversations/title.ts';
import type { MessageDialogProps } from '../messages/message-dialog-props.ts';
import { oneLine } from '../replies/one-line.ts';
import { Avatar } from '../users/avatar.tsx';

/** Chooses the conversations that what a message says is sent on to. */
export default function ForwardDialog({ message, onClose }: MessageDialogProps) {
  const client = useClient();
  const { t } = useSpeech();
  const { conversations } = useConversations();
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const wanted = query.trim().toLowerCase();
  const found = conversations.filter(
    (conversation) => chosen.has(conversation.id) || titleOf(conversation, t).toLowerCase().includes(wanted),
  );
  const choose = (id: string, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    setChosen(next);
  };
  const forward = () => {
    for (const conversationId of chosen) {
      // Each conversation shows how it ends.
      client.messages.send({ conversationId, content: message.content }).catch(() => {});
    }
    toast(t('forward.done', { count: chosen.size }));
    onClose();
  };
  return (
    <Dialog title={t('forward.title')} onClose={onClose}>
      <div className="rounded-lg bg-hover px-3 py-2 text-sm text-soft">
        <p className="w-fit max-w-full truncate" dir="auto">
          {oneLine(message.content)}
        </p>
      </div>
      <input
        className={`${inputClass} shrink-0`}
        type="search"
        aria-label={t('forward.search')}
        placeholder={t('forward.search')}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      <ul className="-mx-2 min-h-24 overflow-y-auto">
        {found.map((conversation) => {
          const title = titleOf(conversation, t);
          return (
            <li key={conversation.id}>
              <label className="flex cursor-pointer items-center gap-3 rounded-lg px-2 py-1.5 hover:bg-hover has-focus-visible:bg-hover">
                <Avatar
                  id={avatarIdOf(conversation)}
                  name={title}
                  picture={pictureOf(conversation)}
                  group={conversation.kind === 'group'}
                  size="small"
                />
                <span className="min-w-0 flex-1 truncate text-sm font-medium">
                  <bdi>{title}</bdi>
                </span>
                <input
                  type="checkbox"
                  className="size-4 accent-accent"
                  checked={chosen.has(conversation.id)}
                  onChange={(event) => choose(conversation.id, event.target.checked)}
                />
              </label>
            </li>
          );
        })}
      </ul>
      <DialogActions>
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button kind="primary" disabled={chosen.size === 0} onClick={forward}>
          {t('forward.submit')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
