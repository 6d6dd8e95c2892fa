import { useClient, useSession } from '@parley/sdk/react';
import { Link, useNavigate, useRouterState } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { tokenOfHash } from '../../addresses.ts';
import { explain, hasCode } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import type { Translate } from '../../i18n/translate.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Fault } from '../../ui/fault.tsx';
import { useAsked } from '../../use-asked.ts';
import { useTask } from '../../use-task.ts';
import { AuthPage } from '../auth/auth-page.tsx';
import { Avatar } from '../users/avatar.tsx';
import { nameOf } from '../users/names.ts';
import { forgetToken, keepToken, keptToken } from './kept-token.ts';

/** Where an invitation's link leads: says what it is to, and joins. Whoever is not signed in does that first. */
export function JoinPage() {
  const hash = useRouterState({ select: ({ location }) => location.hash });
  const [token] = useState(() => tokenOfHash(hash) || keptToken());
  const signedIn = useSession() !== null;
  return signedIn ? <Invited token={token} /> : <Stranger token={token} />;
}

function Stranger({ token }: { token: string }) {
  const { t } = useSpeech();
  // Out of the address, which would show it to whoever looks at the screen or the history.
  const keep = () => keepToken(token);
  return (
    <AuthPage title={t('join.title')} text={t('join.stranger')}>
      <div className="grid gap-3">
        <Link to="/sign-in" search={{ to: '/join' }} className={buttonClass('primary')} onClick={keep}>
          {t('auth.signIn')}
        </Link>
        <Link to="/register" search={{ to: '/join' }} className={buttonClass('secondary')} onClick={keep}>
          {t('auth.register.label')}
        </Link>
      </div>
    </AuthPage>
  );
}

function Invited({ token }: { token: string }) {
  const client = useClient();
  const navigate = useNavigate();
  const { t } = useSpeech();
  const { answer, error } = useAsked(
    useCallback(() => client.invitations.preview({ token }), [client, token]),
  );
  const task = useTask();
  const join = () =>
    task.run(async () => {
      const { id: conversationId } = await client.invitations.accept({ token });
      forgetToken();
      await navigate({ to: '/c/$conversationId', params: { conversationId }, replace: true });
    });
  if (error !== null) {
    return (
      <AuthPage title={t('join.title')}>
        <div className="grid gap-4">
          <Fault text={whyNot(error, t)} />
          <Back />
        </div>
      </AuthPage>
    );
  }
  if (answer === undefined) {
    return (
      <AuthPage title={t('join.title')}>
        <output className="block text-center text-sm text-soft">{t('join.loading')}</output>
      </AuthPage>
    );
  }
  const { title, avatar, description, memberCount, invitedBy, history, joined, conversationId } = answer;
  const name = title ?? t('chats.group');
  return (
    <AuthPage title={t('join.title')} text={t('join.by', { name: nameOf(invitedBy, t) })}>
      <div className="grid justify-items-center gap-1 text-center">
        <Avatar id={conversationId} name={name} picture={avatar} group size="large" />
        <h2 className="mt-2 font-semibold [overflow-wrap:anywhere]">
          <bdi>{name}</bdi>
        </h2>
        <p className="text-sm text-faint">{t('conversation.members', { count: memberCount })}</p>
        {description !== undefined && (
          <p className="text-sm [overflow-wrap:anywhere] text-soft" dir="auto">
            {description}
          </p>
        )}
        <p className="text-xs text-faint">
          {t(history === 'full' ? 'group.history.full' : 'group.history.new')}
        </p>
        <div className="mt-4 grid w-full gap-3">
          <Fault text={task.error === null ? null : whyNot(task.error, t)} />
          <Button kind="primary" disabled={task.busy} onClick={() => void join()}>
            {joined ? t('join.open') : t('join.submit')}
          </Button>
          <Back />
        </div>
      </div>
    </AuthPage>
  );
}

function Back() {
  const { t } = useSpeech();
  return (
    <Link to="/" className={buttonClass('quiet')} onClick={forgetToken}>
      {t('action.back')}
    </Link>
  );
}

/** Why an invitation lets nobody in. */
function whyNot(error: unknown, t: Translate): string {
  if (hasCode(error, 'NOT_FOUND') || hasCode(error, 'INVALID_INPUT')) return t('join.unknown');
  if (hasCode(error, 'CONFLICT')) return t('join.over');
  if (hasCode(error, 'FORBIDDEN')) return t('join.forbidden');
  return explain(error, t);
}
