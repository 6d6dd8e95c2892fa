import { type Conversation, type ConversationUpdate, limits, may } from '@parley/contract';
import { useClient } from '@parley/sdk/react';
import { type FormEvent, useState } from 'react';
import { explain, faultOf } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { Fault } from '../../ui/fault.tsx';
import { Switch } from '../../ui/switch.tsx';
import { TextArea } from '../../ui/text-area.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { textOf, useTask } from '../../use-task.ts';
import type { ConversationDialogProps } from '../conversations/conversation-dialog.ts';
import { Avatar } from '../users/avatar.tsx';
import { PictureField } from '../users/picture-field.tsx';

/** Changes what a group is called, how it looks, what it is about, and whether anybody may join it. */
export default function EditGroup({ conversation, onClose }: ConversationDialogProps) {
  const client = useClient();
  const { t } = useSpeech();
  const task = useTask();
  const [title, setTitle] = useState(conversation.title ?? '');
  const [picture, setPicture] = useState(conversation.avatar ?? '');
  const [isPublic, setPublic] = useState(conversation.isPublic === true);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const changes = changesOf(conversation, {
      title: title.trim(),
      avatar: picture.trim() || null,
      description: textOf(form, 'description').trim() || null,
      isPublic,
    });
    const done = await task.run(async () => {
      if (changes !== null) await client.conversations.update(changes);
    });
    if (done) onClose();
  };
  const faults = ['title', 'avatar', 'description'].map((field) => faultOf(task.error, field, t));
  const told = faults.some((fault) => fault !== undefined);
  return (
    <Dialog title={t('group.edit')} onClose={onClose}>
      <form className="-m-1 grid gap-4 overflow-y-auto p-1" onSubmit={(event) => void submit(event)}>
        <div className="flex justify-center">
          <Avatar
            id={conversation.id}
            name={title}
            picture={picture.trim() === '' ? null : picture}
            group
            size="large"
          />
        </div>
        <TextField
          label={t('new.groupName')}
          required
          maxLength={limits.titleCharacters}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
          fault={faults[0]}
        />
        <PictureField value={picture} onChange={setPicture} fault={faults[1]} />
        <TextArea
          label={t('group.description')}
          name="description"
          rows={3}
          maxLength={limits.descriptionCharacters}
          defaultValue={conversation.description ?? ''}
          fault={faults[2]}
        />
        {may(conversation.role, 'makePublic') && (
          <Switch
            label={t('group.makePublic')}
            text={t('group.makePublic.text')}
            checked={isPublic}
            onChange={setPublic}
          />
        )}
        <Fault text={task.error === null || told ? null : explain(task.error, t)} />
        <DialogActions>
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button type="submit" kind="primary" disabled={task.busy || title.trim() === ''}>
            {t('action.save')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

interface Wanted {
  readonly title: string;
  readonly avatar: string | null;
  readonly description: string | null;
  readonly isPublic: boolean;
}

/** What is to be another than it is; null when nothing is. */
function changesOf(conversation: Conversation, wanted: Wanted): ConversationUpdate | null {
  const { id: conversationId, title, avatar, description = null, isPublic = false } = conversation;
  const changes = {
    ...(wanted.title !== title && { title: wanted.title }),
    ...(wanted.avatar !== avatar && { avatar: wanted.avatar }),
    ...(wanted.description !== description && { description: wanted.description }),
    ...(wanted.isPublic !== isPublic && { isPublic: wanted.isPublic }),
  };
  return Object.keys(changes).length === 0 ? null : { conversationId, ...changes };
}
