import type { ShownMessage } from '@parley/sdk';
import { useClient, useSession } from '@parley/sdk/react';
import { useCallback, useSyncExternalStore } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import type { MessageHost } from '../messages/message-subject.ts';
import { Faces } from '../users/faces.tsx';
import { nameOf } from '../users/names.ts';
import { usePeople } from '../users/use-people.ts';
import { MarksOf } from './read-marks.ts';

const marks = new Map<string, MarksOf>();

/** The faces of those in a group who have read up to here. */
export function ReadFaces({ message, host }: { message: ShownMessage; host: MessageHost }) {
  return host.group && message.thread === undefined ? <Readers message={message} host={host} /> : null;
}

function Readers({ message, host }: { message: ShownMessage; host: MessageHost }) {
  const { t, formats } = useSpeech();
  const client = useClient();
  const { conversationId, id } = message;
  const list = client.messages.open(conversationId);
  const receipts = client.receipts.open(conversationId);
  const own = useSession()?.user.id;
  const readers = () =>
    marksOf(conversationId).at(id, list.getSnapshot().messages, receipts.getSnapshot().receipts);
  const subscribe = useCallback(
    (listener: () => void) => {
      const undo = [list.subscribe(listener), receipts.subscribe(listener)];
      return () => undo.forEach((each) => each());
    },
    [list, receipts],
  );
  const userIds = useSyncExternalStore(subscribe, readers).filter(
    // Who wrote it has read it.
    (userId) => userId !== message.senderId && userId !== own,
  );
  const people = usePeople(userIds);
  if (userIds.length === 0) return null;
  const names = formats.list(userIds.map((userId) => nameOf(people.get(userId), t)));
  const label = t('receipts.readBy', { names });
  return (
    <button
      type="button"
      className="mt-1 flex rounded-full"
      aria-label={label}
      data-tip={label}
      data-testid="read-faces"
      onClick={() => host.show('receipts', message)}
    >
      <Faces userIds={userIds} />
    </button>
  );
}

function marksOf(conversationId: string): MarksOf {
  const known = marks.get(conversationId) ?? new MarksOf();
  marks.set(conversationId, known);
  return known;
}
