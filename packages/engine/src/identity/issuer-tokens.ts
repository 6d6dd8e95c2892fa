import { createHash } from 'node:crypto';
import { limits, ParleyError } from '@parley/contract';
import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import { hashedId } from '../hashed-id.ts';
import { IssuerKeys, type IssuerKeysOptions } from './issuer-keys.ts';
import { type Profile, profileOf } from './profile.ts';

/** Another system whose access tokens are taken. */
export interface Issuer extends Omit<IssuerKeysOptions, 'log'> {
  /** What its tokens name as `iss`. */
  readonly issuer: string;
  /** What its tokens for Parley name as `aud`. */
  readonly audience: string;
}

/** What a token of the issuer says, once it is proved. */
export interface IssuerToken {
  readonly subject: string;
  /** The same for tokens of one session there, as far as they say which. */
  readonly sessionId: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly profile: Profile;
}

/** Signatures that only the holder of the private key can make. */
const algorithms = ['RS256', 'ES256', 'EdDSA'];
/** Of access tokens, and of what issues them without saying so; no logout token, which names the audience, too. */
const types: readonly (string | undefined)[] = [undefined, 'jwt', 'at+jwt', 'application/at+jwt'];
const toleranceSeconds = 5;
/** A token says itself how long it is good. */
const longestSeconds = 366 * 86_400;

/** Verifies the access tokens of one issuer, with everything about them pinned. */
export class IssuerTokens {
  readonly #issuer: Issuer;
  readonly #keys: IssuerKeys;

  constructor(issuer: Issuer, log: IssuerKeysOptions['log']) {
    this.#issuer = issuer;
    this.#keys = new IssuerKeys({ ...issuer, log });
  }

  get issuer(): string {
    return this.#issuer.issuer;
  }

  /** Whether a token may be one of these. Parley's own are signed in another way, so that none can be taken for both. */
  mayVerify(token: string): boolean {
    try {
      return algorithms.includes(decodeProtectedHeader(token).alg ?? '');
    } catch {
      return false;
    }
  }

  /** @throws UNAUTHENTICATED; UNAVAILABLE when its key is not known and cannot be read now */
  async verify(token: string): Promise<IssuerToken> {
    const { issuer, audience } = this.#issuer;
    const requiredClaims = ['exp', 'iat', 'sub'];
    const options = { algorithms, issuer, audience, requiredClaims, clockTolerance: toleranceSeconds };
    try {
      const { payload, protectedHeader } = await jwtVerify(token, this.#keys.find, options);
      if (!types.includes(protectedHeader.typ?.toLowerCase())) throw invalid();
      return this.#read(token, payload);
    } catch (error) {
      if (error instanceof ParleyError) throw error;
      throw invalid(error);
    }
  }

  #read(token: string, payload: JWTPayload): IssuerToken {
    const { sub, iat, exp, jti } = payload;
    const sid = payload['sid'];
    const now = Date.now() / 1000;
    if (sub === undefined || iat === undefined || exp === undefined || !isSubject(sub)) throw invalid();
    // jose looks at it only where there is a longest age.
    if (iat > now + toleranceSeconds) throw invalid();
    return {
      subject: sub,
      sessionId: hashedId('session', this.issuer, sub, ...sessionName(sid, jti, token)),
      issuedAt: new Date(iat * 1000),
      expiresAt: new Date(Math.min(exp, now + longestSeconds) * 1000),
      profile: profileOf(payload),
    };
  }
}

/** By what a token's session is told from others: the best there is. */
function sessionName(sid: unknown, jti: unknown, token: string): [string, string] {
  if (typeof sid === 'string' && sid !== '') return ['sid', sid];
  if (typeof jti === 'string' && jti !== '') return ['jti', jti];
  return ['token', createHash('sha256').update(token).digest('hex')];
}

function isSubject(sub: string): boolean {
  return sub !== '' && sub.length <= limits.externalIdCharacters && !sub.includes('\0') && sub.isWellFormed();
}

function invalid(cause?: unknown): ParleyError {
  const why =
    cause instanceof errors.JWTExpired ? 'the access token has expired' : 'the access token is not valid';
  return new ParleyError('UNAUTHENTICATED', `unable to sign in; ${why}`, { cause });
}
