import type { ExportLine } from './export.ts';
import type {
  AccountDelete,
  ClientInfo,
  Credentials,
  Login,
  OnlineStatus,
  PasswordChange,
  ProfileUpdate,
  Refresh,
  Register,
  Self,
  Viewer,
} from './schema.ts';

export interface AuthService {
  /**
   * Makes an account and signs in.
   * @throws EMAIL_TAKEN, USERNAME_TAKEN, also in other letter case
   */
  register(client: ClientInfo, input: Register): Promise<Credentials>;
  /** @throws WRONG_CREDENTIALS, for an unknown account as for a wrong password */
  login(client: ClientInfo, input: Login): Promise<Credentials>;
  /**
   * Trades a refresh token for new credentials of the same session. Using one twice ends the session, but for a few
   * seconds in which tabs may race.
   * @throws UNAUTHENTICATED
   */
  refresh(input: Refresh): Promise<Credentials>;
  /** Ends the viewer's session, on every process. */
  logout(viewer: Viewer): Promise<void>;
  me(viewer: Viewer): Promise<Self>;
  /** @throws USERNAME_TAKEN */
  updateProfile(viewer: Viewer, input: ProfileUpdate): Promise<Self>;
  /**
   * Changes the password and ends every other session.
   * @throws WRONG_CREDENTIALS
   */
  changePassword(viewer: Viewer, input: PasswordChange): Promise<void>;
  /**
   * Deletes the account, for good: what names the person is gone at once and every session ends; memberships end, and
   * messages are emptied where the server is told to, in the background right after it.
   * @throws WRONG_CREDENTIALS
   */
  deleteAccount(viewer: Viewer, input: AccountDelete): Promise<void>;
  /** All of one's own data, line by line, read in pages as it is taken. Ends with UNAUTHENTICATED when the session does. */
  exportData(client: ClientInfo, viewer: Viewer): Promise<AsyncIterable<ExportLine>>;
  /** Online for the next minute, or offline at once. */
  setOnlineStatus(viewer: Viewer, input: OnlineStatus): Promise<Self>;
}
