import type { ExportLine } from './export.ts';
import type {
  AccountDelete,
  ClientInfo,
  Credentials,
  EmailOnly,
  EmailVerification,
  Login,
  OnlineStatus,
  PasswordChange,
  PasswordReset,
  ProfileUpdate,
  Refresh,
  Register,
  Registration,
  Self,
  SessionEnd,
  SessionInfo,
  Viewer,
} from './schema.ts';

export interface AuthService {
  /**
   * Makes an account and signs in. Where an e-mail address has to be verified first it signs nobody in, and does not tell
   * whether the address was taken: its owner gets a mail either way.
   * @throws EMAIL_TAKEN, USERNAME_TAKEN, also in other letter case; INVALID_INPUT for a password that is easily guessed
   */
  register(client: ClientInfo, input: Register): Promise<Registration>;
  /**
   * @throws WRONG_CREDENTIALS, for an unknown or a disabled account as for a wrong password; EMAIL_NOT_VERIFIED, after the
   * right password
   */
  login(client: ClientInfo, input: Login): Promise<Credentials>;
  /**
   * Trades a refresh token for new credentials of the same session. Using one twice ends the session, but for a few
   * seconds in which tabs may race.
   * @throws UNAUTHENTICATED
   */
  refresh(client: ClientInfo, input: Refresh): Promise<Credentials>;
  /** Ends the viewer's session, on every process. */
  logout(viewer: Viewer): Promise<void>;
  /** The sessions of the viewer that live, latest used first, 100 at most. */
  sessions(viewer: Viewer): Promise<SessionInfo[]>;
  /**
   * Ends one of the viewer's sessions, on every process.
   * @throws NOT_FOUND, for somebody else's as for one that has ended
   */
  endSession(viewer: Viewer, input: SessionEnd): Promise<void>;
  /** Ends all of the viewer's sessions but the one that asks. */
  endOtherSessions(viewer: Viewer): Promise<void>;
  me(viewer: Viewer): Promise<Self>;
  /** @throws USERNAME_TAKEN */
  updateProfile(viewer: Viewer, input: ProfileUpdate): Promise<Self>;
  /**
   * Changes the password and ends every other session.
   * @throws WRONG_CREDENTIALS; INVALID_INPUT for a password that is easily guessed
   */
  changePassword(viewer: Viewer, input: PasswordChange): Promise<void>;
  /** Has a link to choose a new password mailed to whoever has this address; answers at once, and the same for nobody. */
  requestPasswordReset(client: ClientInfo, input: EmailOnly): Promise<void>;
  /**
   * Sets a new password by the token that was mailed, which is good once, and ends every session.
   * @throws INVALID_INPUT, with the field at fault: a token that is void, or a password that is easily guessed
   */
  resetPassword(client: ClientInfo, input: PasswordReset): Promise<void>;
  /** Has a link to verify it mailed to this address; answers at once, and the same where there is nothing to verify. */
  requestEmailVerification(client: ClientInfo, input: EmailOnly): Promise<void>;
  /** @throws INVALID_INPUT, for a token that is void */
  verifyEmail(client: ClientInfo, input: EmailVerification): Promise<void>;
  /**
   * Deletes the account, for good: what names the person is gone at once and every session ends; memberships end, and
   * messages are emptied where the server is told to, in the background right after it.
   * @throws WRONG_CREDENTIALS
   */
  deleteAccount(viewer: Viewer, input: AccountDelete): Promise<void>;
  /** All of one's own data, line by line, read in pages as it is taken. Ends with UNAUTHENTICATED when the session does. */
  exportData(client: ClientInfo, viewer: Viewer): Promise<AsyncIterable<ExportLine>>;
  /**
   * Online for the next minute, connected or not; or offline at once, and for as long as this is not called again, also
   * while connected.
   */
  setOnlineStatus(viewer: Viewer, input: OnlineStatus): Promise<Self>;
}
