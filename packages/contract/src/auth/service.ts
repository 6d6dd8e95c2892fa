import type {
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
   * Online for the next minute, connected or not; or offline at once, and for as long as this is not called again, also
   * while connected.
   */
  setOnlineStatus(viewer: Viewer, input: OnlineStatus): Promise<Self>;
}
