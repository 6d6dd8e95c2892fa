import type { TestParley } from '@parley/engine/testing';
import type { Self } from '@parley/contract';
import type { ParleyClient } from '@parley/sdk';

/** Of everybody who is signed up here. */
export const password = 'a password for tests';

/**
 * Makes an account, and signs a client in to it. Registering and signing in hash the password, which is meant to be
 * dear: half a second of a core, where this takes a few milliseconds.
 */
export async function signUp(
  parley: TestParley,
  client: ParleyClient,
  username: string,
  displayName: string | null = null,
): Promise<Self> {
  await parley.account(username, password, displayName);
  return client.auth.login({ email: username, password });
}
