import type { SessionInfo } from '@parley/contract';
import { useClient } from '@parley/sdk/react';
import { MonitorSmartphone } from 'lucide-react';
import { useCallback } from 'react';
import { explain } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Fault } from '../../ui/fault.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { useNow } from '../../use-now.ts';
import { useTask } from '../../use-task.ts';
import { deviceOf } from './device.ts';
import { Section } from './page.tsx';
import { useAsked } from '../../use-asked.ts';

/** Where one is signed in, and the end of it. */
export function Sessions() {
  const client = useClient();
  const { t } = useSpeech();
  const { answer: sessions, error, again } = useAsked(useCallback(() => client.auth.sessions(), [client]));
  const task = useTask();
  const end = async (work: () => Promise<void>, said: string) => {
    if (!(await task.run(work))) return;
    toast(said);
    again();
  };
  const failed = task.error ?? error;
  return (
    <Section title={t('settings.sessions')} text={t('settings.sessions.text')}>
      <Fault text={failed === null ? null : explain(failed, t)} />
      {sessions === undefined && error === null && <SkeletonRows label={t('settings.loading')} />}
      <ul className="grid gap-1">
        {sessions?.map((session) => (
          <SessionRow
            key={session.id}
            session={session}
            disabled={task.busy}
            onEnd={() =>
              void end(() => client.auth.endSession({ sessionId: session.id }), t('settings.sessions.ended'))
            }
          />
        ))}
      </ul>
      {sessions !== undefined && sessions.length > 1 && (
        <div>
          <Button
            disabled={task.busy}
            onClick={() => void end(() => client.auth.endOtherSessions(), t('settings.sessions.othersEnded'))}
          >
            {t('settings.sessions.endOthers')}
          </Button>
        </div>
      )}
    </Section>
  );
}

function SessionRow(props: { session: SessionInfo; disabled: boolean; onEnd: () => void }) {
  const { session, disabled, onEnd } = props;
  const { t, formats } = useSpeech();
  const now = useNow();
  const found = deviceOf(session.device);
  const device = found === null ? t('settings.sessions.unknown') : t('settings.sessions.device', found);
  return (
    <li className="flex items-center gap-3 py-2" data-testid="session">
      <span className="grid size-9 shrink-0 place-items-center rounded-lg bg-hover text-soft" aria-hidden>
        <MonitorSmartphone size={18} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-2 text-sm font-medium">
          <span className="truncate" title={session.device}>
            {device}
          </span>
          {session.current && <Badge tone="accent">{t('settings.sessions.current')}</Badge>}
        </p>
        <p className="truncate text-xs text-faint">
          {t('settings.sessions.used', {
            when: formats.ago(session.lastUsedAt, now),
            address: session.address,
          })}
        </p>
      </div>
      {!session.current && (
        <Button
          kind="quiet"
          disabled={disabled}
          aria-label={t('settings.sessions.endOne', { device })}
          onClick={onEnd}
        >
          {t('settings.sessions.end')}
        </Button>
      )}
    </li>
  );
}
