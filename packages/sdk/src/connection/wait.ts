/** Waits, or rejects with the signal's reason as soon as it is aborted; leaves no timer and no listener behind. */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = () => reject(signal.reason);
  if (signal.aborted) {
    abort();
    return promise;
  }
  const timer = setTimeout(resolve, ms);
  signal.addEventListener('abort', abort, { once: true });
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  });
}
