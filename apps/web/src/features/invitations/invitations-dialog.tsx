import type { Invitation } from '@parley/contract';
import { useClient } from '@parley/sdk/react';
import { Link2, Trash2 } from 'lucide-react';
import { useCallback, useState } from 'react';
import { explain } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Fault } from '../../ui/fault.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { useTask } from '../../use-task.ts';
import { useAsked } from '../../use-asked.ts';
import type { ConversationDialogProps } from '../conversations/conversation-dialog.ts';
import { NewInvitation } from './new-invitation.tsx';
import { NewLink } from './new-link.tsx';

/** Makes links into a group, and shows and revokes those that are still good. */
export default function InvitationsDialog({ conversation, onClose }: ConversationDialogProps) {
  const client = useClient();
  const { t } = useSpeech();
  const [token, setToken] = useState<string | null>(null);
  const conversationId = conversation.id;
  const { answer, error, again } = useAsked(
    useCallback(() => client.invitations.list({ conversationId }), [client, conversationId]),
  );
  const task = useTask();
  const revoke = ({ id }: Invitation) =>
    void task.run(async () => {
      await client.invitations.revoke({ conversationId, invitationId: id });
      again();
    });
  const failed = task.error ?? error;
  return (
    <Dialog title={t('invitations.title')} onClose={onClose}>
      <div className="-m-1 grid gap-5 overflow-y-auto p-1">
        {token === null ? (
          <NewInvitation
            conversationId={conversationId}
            onMade={(made) => {
              setToken(made);
              again();
            }}
          />
        ) : (
          <NewLink token={token} onAnother={() => setToken(null)} />
        )}
        <Fault text={failed === null ? null : explain(failed, t)} />
        {answer === undefined && error === null && <SkeletonRows label={t('settings.loading')} />}
        {answer !== undefined && answer.length > 0 && (
          <section className="grid gap-1">
            <h3 className="text-xs font-semibold text-faint">{t('invitations.good')}</h3>
            <ul>
              {answer.map((invitation) => (
                <Row
                  key={invitation.id}
                  invitation={invitation}
                  busy={task.busy}
                  onRevoke={() => revoke(invitation)}
                />
              ))}
            </ul>
          </section>
        )}
      </div>
    </Dialog>
  );
}

function Row(props: { invitation: Invitation; busy: boolean; onRevoke: () => void }) {
  const { invitation, busy, onRevoke } = props;
  const { t, formats } = useSpeech();
  const { hint, uses, maxUses, expiresAt } = invitation;
  const used =
    maxUses === null
      ? t('invitations.used', { count: uses })
      : t('invitations.usedOf', { uses: formats.number(uses), max: formats.number(maxUses) });
  return (
    <li className="flex items-center gap-3 py-1" data-testid="invitation">
      <span className="grid size-8 place-items-center rounded-lg bg-hover text-soft" aria-hidden>
        <Link2 size={16} />
      </span>
      <span className="grid min-w-0 flex-1 grid-cols-1">
        <span className="truncate text-sm font-medium" dir="ltr">{`…${hint}`}</span>
        <span className="truncate text-xs text-faint">
          {`${used} · ${t('invitations.until', { date: formats.dateTime(expiresAt) })}`}
        </span>
      </span>
      <IconButton label={t('invitations.revoke', { hint })} disabled={busy} onClick={onRevoke}>
        <Trash2 size={16} aria-hidden />
      </IconButton>
    </li>
  );
}
