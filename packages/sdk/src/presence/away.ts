import type { AwayEvent } from '@parley/contract';
import type { Connection } from '../connection/connection.ts';

const AWAY_AFTER_MS = 5 * 60_000;

/** Says that nobody looks while the page has been hidden for some time. Returns what ends it. */
export function sayAway(connection: Connection): () => void {
  if (typeof document === 'undefined') return () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  let comeBack: (() => void) | undefined;
  const say = () => {
    // Whoever is not connected is not there anyway.
    if (connection.state.getSnapshot().status !== 'online') return;
    comeBack = connection.watchSignedIn<AwayEvent>({
      open: (trpc, observer) => trpc.presence.away.subscribe(undefined, observer),
      onData: () => {},
      onError: ({ retryable }) => retryable,
      onLost: () => {},
    });
  };
  const end = () => {
    clearTimeout(timer);
    comeBack?.();
    comeBack = undefined;
  };
  const look = () => {
    end();
    if (document.visibilityState === 'hidden') timer = setTimeout(say, AWAY_AFTER_MS);
  };
  document.addEventListener('visibilitychange', look);
  look();
  return () => {
    document.removeEventListener('visibilitychange', look);
    end();
  };
}
