import { useClient, useSession } from '@parley/sdk/react';
import { Outlet, useNavigate, useRouter } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { ConnectionBanner } from '../connection/connection-banner.tsx';
import { UpdateBanner } from '../updates/update-banner.tsx';
import { fetched } from '../../ui/fetched.tsx';
import { MenuPopup } from '../../ui/use-menu.tsx';
import { useFetchAhead } from '../../use-fetch-ahead.ts';
import { type Overlay, type Shell, ShellContext } from './shell.ts';
import { useShortcuts } from './use-shortcuts.ts';
import { UnreadTitle } from './unread-title.tsx';

const overlays = {
  palette: fetched(() => import('../palette/palette.tsx')),
  shortcuts: fetched(() => import('./shortcuts-dialog.tsx')),
  new: fetched(() => import('../conversations/new-conversation.tsx')),
  date: fetched(() => import('../messages/date-dialog.tsx')),
} as const satisfies Record<Overlay, unknown>;
const ahead = Object.values(overlays).map(({ fetch }) => fetch);

/** What only somebody who is signed in sees. */
export function SignedIn() {
  const session = useSession();
  return session === null ? <Stranger /> : <Frame key={session.user.id} />;
}

/** Somebody whose session ended while they were here: leads to where one signs in, and from there back. */
function Stranger() {
  const router = useRouter();
  const [here] = useState(() => router.state.location.href);
  useEffect(() => {
    void router.navigate({ to: '/sign-in', search: here === '/' ? {} : { to: here }, replace: true });
  }, [router, here]);
  return null;
}

function Frame() {
  const client = useClient();
  const navigate = useNavigate();
  const [overlay, setOverlay] = useState(askedOverlay);
  const close = useCallback(() => setOverlay(null), []);
  const shell = useMemo<Shell>(
    () => ({
      show: setOverlay,
      signOut: () => {
        // Whoever signs in next begins at the beginning.
        void navigate({ to: '/' }).then(() => client.auth.logout());
      },
    }),
    [client, navigate],
  );
  useShortcuts(shell);
  useFetchAhead(ahead);
  useAtHand();
  const Shown = overlay === null ? null : overlays[overlay];
  return (
    <ShellContext value={shell}>
      <UnreadTitle />
      <div className="flex h-dvh flex-col">
        <ConnectionBanner />
        <UpdateBanner />
        <div className="min-h-0 flex-1">
          <Outlet />
        </div>
      </div>
      {Shown !== null && <Shown key={overlay} onClose={close} />}
    </ShellContext>
  );
}

/** What the address asks to be shown at once, as a shortcut of the installed app does. */
function askedOverlay(): Overlay | null {
  return new URLSearchParams(location.search).get('show') === 'new' ? 'new' : null;
}

/** Fetches at once what has to be there without a connection, too: opening a conversation, and signing out. */
function useAtHand(): void {
  const router = useRouter();
  useEffect(() => {
    const fetches = [
      router.preloadRoute({ to: '/c/$conversationId', params: { conversationId: '-' } }),
      router.preloadRoute({ to: '/sign-in' }),
      MenuPopup.fetch(),
    ];
    // What fails is fetched when it is opened.
    for (const fetching of fetches) fetching.catch(() => {});
  }, [router]);
}
