import type { User } from '@parley/contract';
import { limits } from '@parley/contract';
import { useClient, useSession } from '@parley/sdk/react';
import { useState } from 'react';
import { Dialog } from '../../dialog.tsx';
import { explain } from '../../explain.ts';
import { Fault } from '../../fault.tsx';
import { navigate } from '../../route.ts';
import { nameOf } from '../users/names.ts';
import { PeoplePicker } from '../users/people-picker.tsx';

/** Picks people and starts a conversation: with one of them a direct one, with more a group. */
export function NewConversation({ onClose }: { onClose: () => void }) {
  const client = useClient();
  const me = useSession()?.user;
  const [chosen, setChosen] = useState<readonly User[]>([]);
  const [title, setTitle] = useState('');
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const group = chosen.length > 1;
  const defaultTitle = groupTitle(me === undefined ? chosen : [me, ...chosen]);

  async function start() {
    const participantIds = chosen.map((user) => user.id);
    setBusy(true);
    setFault(null);
    try {
      const named = title.trim() === '' ? defaultTitle : title.trim();
      const conversation = await client.conversations.create(
        group ? { participantIds, title: named } : { participantIds },
      );
      onClose();
      navigate(conversation.id);
    } catch (error) {
      setFault(explain(error));
      setBusy(false);
    }
  }

  return (
    <Dialog title="New conversation" onClose={onClose}>
      <PeoplePicker chosen={chosen} onChange={setChosen} />
      {group && (
        <input
          className="input"
          aria-label="Group name"
          placeholder={defaultTitle}
          maxLength={limits.titleCharacters}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
        />
      )}
      <Fault text={fault} />
      <div className="dialog-actions">
        <button
          type="button"
          className="button"
          data-kind="primary"
          disabled={chosen.length === 0 || busy}
          onClick={() => void start()}
        >
          {group ? 'Create group' : 'Start conversation'}
        </button>
      </div>
    </Dialog>
  );
}

/** What a group without a name of its own is called: its first members. */
function groupTitle(members: readonly User[]): string {
  const names = members.slice(0, 4).map((user) => nameOf(user).split(' ')[0] ?? '');
  return Array.from(names.join(', ')).slice(0, limits.titleCharacters).join('');
}
