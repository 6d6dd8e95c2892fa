import { createHash, randomBytes } from 'node:crypto';
import { limits } from '@parley/contract';
import { UserProvision } from '@parley/contract/router';

/** What another system says about somebody, as far as Parley can take it. */
export interface Profile {
  /** What the username is made of, the best first. */
  readonly names: readonly string[];
  readonly displayName: string | null;
  readonly avatar: string | null;
  /** Only one that is known to be theirs. */
  readonly email: string | null;
}

const { displayName, avatar, email } = UserProvision.shape;

/** The profile in OpenID Connect's standard claims. What does not fit is left out. */
export function profileOf(claims: Readonly<Record<string, unknown>>): Profile {
  const { name, picture, preferred_username: preferred } = claims;
  const shortened = typeof name === 'string' ? Array.from(name.trim()) : [];
  const display = shortened.slice(0, limits.displayNameCharacters).join('');
  return {
    names: [preferred, name].filter((each) => typeof each === 'string'),
    displayName: displayName.safeParse(display).data ?? null,
    avatar: avatar.safeParse(picture).data ?? null,
    email: claims['email_verified'] === true ? (email.safeParse(claims['email']).data ?? null) : null,
  };
}

/** Tells whether a profile is another one. */
export function profileHash({ displayName: name, avatar: picture, email: address }: Profile): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([name, picture, address]))
    .digest();
}

const shortest = 3;
const suffixBytes = 3;

/** A username made of the first name that has one in it. The part of an e-mail address behind the @ is nobody's business. */
export function usernameFrom(names: readonly string[]): string {
  for (const name of names) {
    const username = fitted(name.replace(/(?<=.)@.*$/s, ''));
    if (username.length >= shortest) return username;
  }
  return 'user';
}

/** The same with something behind it that nobody else has. */
export function anotherUsername(username: string): string {
  const suffix = `-${randomBytes(suffixBytes).toString('hex')}`;
  return `${fitted(username, limits.usernameCharacters - suffix.length)}${suffix}`;
}

function fitted(name: string, characters: number = limits.usernameCharacters): string {
  return name
    .slice(0, 1_000)
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[._-]+/, '')
    .slice(0, characters)
    .replace(/[._-]+$/, '');
}
