/** So many in so many seconds. */
export interface Rate {
  readonly count: number;
  readonly seconds: number;
}

/** What is limited, each by rates that all hold at once; none for no limit. Of more than one the shorter come first. */
export interface LimitRates {
  /** All calls of a person. */
  readonly calls: readonly Rate[];
  /** All calls of nobody in particular, and those with credentials that are refused, from an address. */
  readonly openCalls: readonly Rate[];
  /** Failed sign-ins to an account from an address. */
  readonly signIn: readonly Rate[];
  /** Failed sign-ins to an account from all addresses that it was never signed in to from. */
  readonly signInAccount: readonly Rate[];
  /** Failed sign-ins to any account from an address. */
  readonly signInAddress: readonly Rate[];
  /** Accounts made from an address. */
  readonly register: readonly Rate[];
  /** Refresh tokens traded in from an address. */
  readonly refresh: readonly Rate[];
  /** Uses of one refresh token. */
  readonly refreshToken: readonly Rate[];
  /** Attempts of a person to prove the password, for changing it or deleting the account. */
  readonly password: readonly Rate[];
  /** Mails that are asked for to one e-mail address. */
  readonly mail: readonly Rate[];
  /** Mails that are asked for from an address. */
  readonly mailAddress: readonly Rate[];
  /** Downloads of one's own data. */
  readonly export: readonly Rate[];
  /**
   * Messages that a person writes, edits, deletes, reacts to or pins; and what else leaves an entry in a timeline: joining a public
   * group, changing one, giving roles, removing somebody.
   */
  readonly send: readonly Rate[];
  readonly search: readonly Rate[];
  /** Subscriptions that a person opens. */
  readonly subscribe: readonly Rate[];
  /** WebSockets and streams of events opened from an address. */
  readonly connect: readonly Rate[];
}
export type LimitName = keyof LimitRates;

const minute = 60;
const hour = 60 * minute;

/** What fits people, and offices that share an address. */
export const defaultRates: LimitRates = {
  calls: [{ count: 600, seconds: 10 }],
  openCalls: [{ count: 200, seconds: 10 }],
  // The more have failed, the longer the wait, and never longer than the last of these.
  signIn: [
    { count: 5, seconds: 30 },
    { count: 10, seconds: 5 * minute },
    { count: 20, seconds: 15 * minute },
  ],
  signInAccount: [
    { count: 10, seconds: minute },
    { count: 30, seconds: 5 * minute },
  ],
  signInAddress: [
    { count: 20, seconds: minute },
    { count: 60, seconds: 10 * minute },
  ],
  register: [
    { count: 10, seconds: minute },
    { count: 60, seconds: hour },
  ],
  refresh: [{ count: 300, seconds: minute }],
  refreshToken: [{ count: 30, seconds: minute }],
  password: [
    { count: 5, seconds: minute },
    { count: 20, seconds: hour },
  ],
  mail: [
    { count: 3, seconds: 10 * minute },
    { count: 10, seconds: 24 * hour },
  ],
  mailAddress: [
    { count: 10, seconds: minute },
    { count: 60, seconds: hour },
  ],
  export: [{ count: 5, seconds: hour }],
  send: [{ count: 100, seconds: 10 }],
  search: [{ count: 50, seconds: 10 }],
  subscribe: [{ count: 200, seconds: 10 }],
  connect: [{ count: 300, seconds: 10 }],
};

/** What refusals call it. */
export const limitedThings: Readonly<Record<LimitName, string>> = {
  calls: 'calls',
  openCalls: 'calls from this address',
  signIn: 'failed sign-ins',
  signInAccount: 'failed sign-ins',
  signInAddress: 'failed sign-ins from this address',
  register: 'new accounts from this address',
  refresh: 'renewals from this address',
  refreshToken: 'renewals',
  password: 'attempts to prove the password',
  mail: 'mails to this address',
  mailAddress: 'mails from this address',
  export: 'downloads',
  send: 'messages',
  search: 'searches',
  subscribe: 'subscriptions',
  connect: 'connections from this address',
};
