import { type KeyHolder, ParleyError } from '@parley/contract';
import type { Authenticated, Caller } from '../engine.ts';
import type { ExternalSignIn } from '../identity/external-sign-in.ts';
import type { ApiKeys } from '../keys/api-keys.ts';
import { isKey } from '../keys/key.ts';
import type { Sessions } from './sessions.ts';
import type { AccessTokens } from './tokens.ts';

const unknownClient = { address: '', device: '' };

/** Tells who comes with a bearer token: one of Parley's own, of an external issuer, or an API key. */
export class Authenticator {
  readonly #tokens: AccessTokens;
  readonly #sessions: Sessions;
  readonly #keys: ApiKeys;
  readonly #external: ExternalSignIn | null;

  constructor(tokens: AccessTokens, sessions: Sessions, keys: ApiKeys, external: ExternalSignIn | null) {
    this.#tokens = tokens;
    this.#sessions = sessions;
    this.#keys = keys;
    this.#external = external;
  }

  /** @throws UNAUTHENTICATED, FORBIDDEN, UNAVAILABLE */
  async authenticate(token: string, caller: Caller): Promise<Authenticated> {
    if (isKey(token)) return this.#keys.authenticate(token, caller);
    if (this.#external?.mayTake(token) === true) {
      return this.#external.authenticate(token, caller.client ?? unknownClient);
    }
    const authenticated = await this.#tokens.verify(token);
    await this.#sessions.check(authenticated.sessionId);
    return authenticated;
  }

  /** @throws UNAUTHENTICATED, FORBIDDEN, UNAVAILABLE */
  async authenticateKey(token: string, caller: Caller): Promise<KeyHolder> {
    if (isKey(token)) {
      const { id, scopes } = await this.#keys.holder(token, caller);
      return { id, scopes };
    }
    await this.authenticate(token, caller);
    throw new ParleyError('FORBIDDEN', 'unable to answer; this is for servers with an API key');
  }
}
