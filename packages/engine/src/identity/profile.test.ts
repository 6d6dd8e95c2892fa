import { expect, test } from 'vitest';
import { UserProvision } from '@parley/contract/router';
import fc from 'fast-check';
import { anotherUsername, profileOf, usernameFrom } from './profile.ts';

test('the standard claims are taken as far as they fit', () => {
  const claims = {
    name: ' Ada Lovelace ',
    picture: 'https://example.com/ada.png',
    preferred_username: 'ada',
    email: 'ada@example.com',
    email_verified: true,
  };
  expect(profileOf(claims)).toEqual({
    names: ['ada', ' Ada Lovelace '],
    displayName: 'Ada Lovelace',
    avatar: 'https://example.com/ada.png',
    email: 'ada@example.com',
  });
  expect(profileOf({ ...claims, email_verified: 'true', picture: 'javascript:alert(1)' })).toMatchObject({
    email: null,
    avatar: null,
  });
  expect(profileOf({ name: 'x'.repeat(500) }).displayName).toHaveLength(80);
  const nothing = { names: [], displayName: null, avatar: null, email: null };
  expect(profileOf({ name: 7, picture: {}, email: [], email_verified: true })).toEqual(nothing);
  expect(profileOf({})).toEqual(nothing);
});

test('a username is made of the first name that has one in it, without an e-mail address', () => {
  expect(usernameFrom(['ada'])).toBe('ada');
  expect(usernameFrom(['ada@example.com'])).toBe('ada');
  expect(usernameFrom(['Zoë Müller'])).toBe('Zoe-Muller');
  expect(usernameFrom(['李', 'Li Lei'])).toBe('Li-Lei');
  expect(usernameFrom(['李'])).toBe('user');
  expect(usernameFrom([])).toBe('user');
});

const anything = fc
  .array(fc.integer({ min: 0, max: 0x2fff }), { maxLength: 60 })
  .map((codes) => String.fromCodePoint(...codes));

test('whatever somebody is called elsewhere, the username is one', () => {
  const { username } = UserProvision.shape;
  fc.assert(
    fc.property(fc.array(anything), (names) => {
      const made = usernameFrom(names);
      const parsed = [made, anotherUsername(made)].map((each) => username.safeParse(each));
      expect(parsed.map(({ success }) => success)).toEqual([true, true]);
    }),
  );
});
