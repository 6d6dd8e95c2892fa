import type { User } from '@parley/contract';
import { limits } from '@parley/contract';
import { useClient, useSession } from '@parley/sdk/react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { explain } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import type { Translate } from '../../i18n/translate.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { Fault } from '../../ui/fault.tsx';
import { Switch } from '../../ui/switch.tsx';
import { inputClass } from '../../ui/text-field.tsx';
import { useTask } from '../../use-task.ts';
import { nameOf } from '../users/names.ts';
import { PeoplePicker } from '../users/people-picker.tsx';

/** Picks people and starts a conversation: with one of them a direct one, with more a group. */
export default function NewConversation({ onClose }: { onClose: () => void }) {
  const client = useClient();
  const navigate = useNavigate();
  const { t } = useSpeech();
  const me = useSession()?.user;
  const [chosen, setChosen] = useState<readonly User[]>([]);
  const [title, setTitle] = useState('');
  const [full, setFull] = useState(true);
  const task = useTask();
  const group = chosen.length > 1;
  const defaultTitle = groupTitle(me === undefined ? chosen : [me, ...chosen], t);

  const start = () =>
    task.run(async () => {
      const participantIds = chosen.map((user) => user.id);
      const named = title.trim() === '' ? defaultTitle : title.trim();
      const { id: conversationId } = await client.conversations.create(
        group
          ? { participantIds, title: named, history: full ? 'full' : 'from-joining' }
          : { participantIds },
      );
      onClose();
      await navigate({ to: '/c/$conversationId', params: { conversationId } });
    });

  return (
    <Dialog title={t('new.title')} onClose={onClose}>
      <PeoplePicker chosen={chosen} onChange={setChosen} />
      {group && (
        <>
          <input
            className={`${inputClass} shrink-0`}
            aria-label={t('new.groupName')}
            placeholder={defaultTitle}
            maxLength={limits.titleCharacters}
            value={title}
            onChange={(event) => setTitle(event.target.value)}
          />
          <Switch label={t('new.history')} text={t('new.history.text')} checked={full} onChange={setFull} />
        </>
      )}
      <Fault text={task.error === null ? null : explain(task.error, t)} />
      <DialogActions>
        <Button kind="primary" disabled={chosen.length === 0 || task.busy} onClick={() => void start()}>
          {group ? t('new.createGroup') : t('new.start')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** What a group without a name of its own is called: its first members. */
function groupTitle(members: readonly User[], t: Translate): string {
  const names = members.slice(0, 4).map((user) => nameOf(user, t).split(' ')[0] ?? '');
  return Array.from(names.join(', ')).slice(0, limits.titleCharacters).join('');
}
