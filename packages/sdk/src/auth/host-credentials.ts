import { type Credentials, ParleyError, type Self } from '@parley/contract';
import { isObject } from '../is-object.ts';
import { inTime } from '../persistence/in-time.ts';

const WITHIN_MS = 15_000;
/** Of a token that does not say how long it is good, or counts by another clock: whether it is, the server says. */
const UNTOLD_SECONDS = 60;
const LEAST_SECONDS = 5;

/**
 * Credentials made of the access tokens of the app around this, which has users of its own. It is asked for one whenever
 * one is needed.
 * @param me asks the server whose token it is
 */
export function hostCredentials(
  token: () => Promise<string>,
  me: (accessToken: string) => Promise<Self>,
): () => Promise<Credentials> {
  const ask = async () => {
    const accessToken = await token();
    const user = await me(accessToken);
    return { user, accessToken, refreshToken: '', expiresIn: secondsLeft(accessToken) };
  };
  return async () => {
    try {
      return await inTime(ask(), WITHIN_MS);
    } catch (thrown) {
      if (thrown instanceof ParleyError) throw thrown;
      throw new ParleyError('UNAVAILABLE', 'unable to sign in; the app gave no token', { cause: thrown });
    }
  };
}

function secondsLeft(token: string): number {
  try {
    const payload = token.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? '';
    const claims: unknown = JSON.parse(atob(payload));
    const left = Math.floor((isObject(claims) ? Number(claims['exp']) : 0) - Date.now() / 1000);
    return left >= LEAST_SECONDS ? left : UNTOLD_SECONDS;
  } catch {
    return UNTOLD_SECONDS;
  }
}
