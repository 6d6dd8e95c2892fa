import type { Audit } from '../audit/audit.ts';
import type { Bus } from '../bus/bus.ts';
import type { Database } from '../db/database.ts';
import type { Post } from '../mail/post.ts';
import type { Deletions } from '../privacy/deletions.ts';
import type { CredentialsIssuer } from './credentials.ts';
import type { Passwords } from './passwords.ts';
import type { Sessions } from './sessions.ts';

/** What the services of accounts work with. */
export interface AuthParts {
  readonly db: Database;
  readonly bus: Bus;
  readonly passwords: Passwords;
  readonly sessions: Sessions;
  readonly issuer: CredentialsIssuer;
  readonly audit: Audit;
  readonly post: Post;
  readonly deletions: Deletions;
  /** Whether an e-mail address has to be verified before the first sign-in. */
  readonly requireVerification: boolean;
}
