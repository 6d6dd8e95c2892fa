/** A newest version that does not come in this time is not waited for, in milliseconds. */
const PATIENCE_MS = 10_000;

/** Null where pages may keep nothing, as those that did not come over TLS. */
const container = 'serviceWorker' in navigator ? navigator.serviceWorker : null;

/**
 * Keeps the app in this browser, so that it opens without a connection, and asks the server for a newer version.
 * @param onNewer called when a newer version than the one that is shown is ready, until the signal
 */
export async function keepApp(onNewer: () => void, signal: AbortSignal): Promise<void> {
  const registration = await container?.register('/sw.js', { updateViaCache: 'none' });
  if (registration === undefined || signal.aborted) return;
  const follow = (worker: ServiceWorker | null) => {
    const onChange = () => {
      // The first one that is kept is the one that is shown.
      if (worker?.state === 'installed' && container?.controller !== null) onNewer();
    };
    worker?.addEventListener('statechange', onChange, { signal });
  };
  if (registration.waiting !== null) onNewer();
  follow(registration.installing);
  registration.addEventListener('updatefound', () => follow(registration.installing), { signal });
  await registration.update();
}

/** Loads the page anew, of the newest version that can be had. */
export async function loadNewest(): Promise<void> {
  // What cannot be had is not there: it is loaded as it is kept.
  await takeOver(AbortSignal.timeout(PATIENCE_MS)).catch(() => {});
  location.reload();
}

async function takeOver(signal: AbortSignal): Promise<void> {
  const registration = await container?.getRegistration();
  if (container === null || registration === undefined) return;
  await registration.update().catch(() => {});
  const newer = registration.waiting ?? registration.installing;
  if (newer === null) return;
  if (newer.state === 'installing') await once(newer, 'statechange', signal);
  const taken = once(container, 'controllerchange', signal);
  // It is a worker that is told, of no origin but this one.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  newer.postMessage('take over');
  await taken;
}

function once(target: EventTarget, type: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    target.addEventListener(type, () => resolve(), { once: true, signal });
    signal.addEventListener('abort', () => reject(new Error('unable to wait any longer')));
  });
}
