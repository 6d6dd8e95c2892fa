/** A database that another tab is about to delete, or a broken one, may never answer. */
const WITHIN_MS = 5_000;

/** What somebody else answers, or an error when no answer comes: nobody waits for it for ever. */
export function inTime<T>(promise: Promise<T>, ms: number = WITHIN_MS): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const error = new Error('unable to go on; no answer came in time');
  const timer = setTimeout(() => reject(error), ms);
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
