import { ParleyError } from '@parley/contract';

/**
 * What `work` comes to, if it does within `ms`. What it comes to later is nobody's.
 * @throws UNAVAILABLE, with `task` as what could not be done
 */
export async function inTime<T>(work: Promise<T>, ms: number, task: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new ParleyError('UNAVAILABLE', `unable to ${task}; it takes too long`)),
    ms,
  );
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
