import { createHash, createHmac, randomBytes } from 'node:crypto';
import { ParleyError } from '@parley/contract';
import { errors, jwtVerify, SignJWT } from 'jose';
import type { Authenticated } from '../engine.ts';

const algorithm = 'HS256';
const issuer = 'parley';
const audience = 'parley';
const type = 'at+jwt';
const leastSecretBytes = 32;
const kidLength = 10;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A secret, and the name its tokens carry. */
interface Key {
  readonly kid: string;
  readonly bytes: Uint8Array;
}

/**
 * Signs and verifies access tokens, with everything about them pinned. They name their key (`kid`), so that those signed
 * with an earlier secret are good until they expire. One that names none is of the time before there were names, and is
 * held against the current secret only: an upgrade signs nobody out, and a rotation is made after it.
 */
export class AccessTokens {
  readonly #current: Key;
  readonly #keys: ReadonlyMap<string, Key>;
  readonly #seconds: number;

  /**
   * @param previous secrets whose tokens are still taken
   * @throws Error for a secret of fewer than 32 bytes
   */
  constructor(secret: string, seconds: number, previous: readonly string[] = []) {
    this.#current = keyOf(secret);
    this.#keys = new Map([...previous.map(keyOf), this.#current].map((key) => [key.kid, key]));
    this.#seconds = seconds;
  }

  async issue(userId: string, sessionId: string): Promise<{ accessToken: string; expiresIn: number }> {
    const accessToken = await new SignJWT({ sid: sessionId })
      .setProtectedHeader({ alg: algorithm, typ: type, kid: this.#current.kid })
      .setSubject(userId)
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(`${this.#seconds}s`)
      .sign(this.#current.bytes);
    return { accessToken, expiresIn: this.#seconds };
  }

  /** @throws UNAUTHENTICATED */
  async verify(accessToken: string): Promise<Authenticated> {
    try {
      const { payload } = await jwtVerify(accessToken, ({ kid }) => this.#named(kid), {
        algorithms: [algorithm],
        issuer,
        audience,
        typ: type,
        requiredClaims: ['exp', 'iat', 'sub', 'sid'],
      });
      const { sub, exp } = payload;
      const sid = payload['sid'];
      if (
        sub !== undefined &&
        exp !== undefined &&
        typeof sid === 'string' &&
        uuid.test(sub) &&
        uuid.test(sid)
      ) {
        return { userId: sub, sessionId: sid, expiresAt: new Date(exp * 1000) };
      }
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
      const why =
        error instanceof errors.JWTExpired ? 'the access token has expired' : 'the access token is not valid';
      throw new ParleyError('UNAUTHENTICATED', `unable to sign in; ${why}`, { cause: error });
    }
    throw new ParleyError('UNAUTHENTICATED', 'unable to sign in; the access token is not valid');
  }

  #named(kid: string | undefined): Uint8Array {
    const key = kid === undefined ? this.#current : this.#keys.get(kid);
    if (key === undefined) throw new errors.JWKSNoMatchingKey();
    return key.bytes;
  }
}

function keyOf(secret: string): Key {
  const bytes = new TextEncoder().encode(secret);
  if (bytes.length < leastSecretBytes) {
    throw new Error(`unable to sign tokens; the secret must have at least ${leastSecretBytes} bytes`);
  }
  const kid = createHmac('sha256', bytes).update('parley key name').digest('base64url').slice(0, kidLength);
  return { kid, bytes };
}

/** A refresh token, or one that is mailed: random, and kept as its hash only. */
export function newSecretToken(): { token: string; hash: Buffer } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: secretTokenHash(token) };
}

export function secretTokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
