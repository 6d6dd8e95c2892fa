import { createHash, randomBytes } from 'node:crypto';
import { ParleyError } from '@parley/contract';
import { errors, jwtVerify, SignJWT } from 'jose';
import type { Authenticated } from '../engine.ts';

const algorithm = 'HS256';
const issuer = 'parley';
const audience = 'parley';
const type = 'at+jwt';
const leastSecretBytes = 32;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Signs and verifies access tokens, with everything about them pinned. */
export class AccessTokens {
  readonly #key: Uint8Array;
  readonly #seconds: number;

  /** @throws Error for a secret of fewer than 32 bytes */
  constructor(secret: string, seconds: number) {
    this.#key = new TextEncoder().encode(secret);
    this.#seconds = seconds;
    if (this.#key.length < leastSecretBytes) {
      throw new Error(`unable to sign tokens; the secret must have at least ${leastSecretBytes} bytes`);
    }
  }

  async issue(userId: string, sessionId: string): Promise<{ accessToken: string; expiresIn: number }> {
    const accessToken = await new SignJWT({ sid: sessionId })
      .setProtectedHeader({ alg: algorithm, typ: type })
      .setSubject(userId)
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(`${this.#seconds}s`)
      .sign(this.#key);
    return { accessToken, expiresIn: this.#seconds };
  }

  /** @throws UNAUTHENTICATED */
  async verify(accessToken: string): Promise<Authenticated> {
    try {
      const { payload } = await jwtVerify(accessToken, this.#key, {
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
}

/** A refresh token: random, and kept as its hash only. */
export function newRefreshToken(): { token: string; hash: Buffer } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: refreshTokenHash(token) };
}

export function refreshTokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
