import { expect, test } from 'vitest';
import { scopes } from '../router.ts';
import { requireScope, scopeOf } from './scopes.ts';

const call = (path: string, type: 'query' | 'mutation' | 'subscription', meta = {}) => ({ path, type, meta });

test('a scope is the feature, and whether something is changed', () => {
  expect(scopeOf(call('messages.list', 'query'))).toBe('messages:read');
  expect(scopeOf(call('messages.watch', 'subscription'))).toBe('messages:read');
  expect(scopeOf(call('messages.send', 'mutation'))).toBe('messages:write');
  expect(scopeOf(call('users.provision', 'mutation', { scope: 'users:provision' }))).toBe('users:provision');
});

test('what is about credentials is closed, and whatever says so', () => {
  expect(scopeOf(call('auth.somethingNew', 'mutation'))).toBeNull();
  expect(scopeOf(call('messages.send', 'mutation', { keys: 'never' }))).toBeNull();
  expect(scopeOf(call('auth.status', 'query', { keys: 'scoped' }))).toBe('auth:read');
  expect(scopes.filter((scope) => scope.startsWith('auth:'))).toEqual([]);
});

test('a key has the scopes it was given, and no other', () => {
  const key = { id: 'k', scopes: new Set(['messages:read']) };
  expect(() => requireScope(key, call('messages.list', 'query'))).not.toThrow();
  expect(() => requireScope(key, call('messages.send', 'mutation'))).toThrow(
    'unable to call messages.send; the API key lacks the scope messages:write',
  );
  expect(() => requireScope(key, call('auth.logout', 'mutation'))).toThrow('not for API keys');
});
