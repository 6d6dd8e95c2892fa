const KEY = 'parley.invitation';

/** Keeps the token of an invitation, for as long as the tab is open, for somebody who has to sign in first. */
export function keepToken(token: string): void {
  sessionStorage.setItem(KEY, token);
}

/** The token that was kept; empty when there is none. */
export function keptToken(): string {
  return sessionStorage.getItem(KEY) ?? '';
}

export function forgetToken(): void {
  sessionStorage.removeItem(KEY);
}
