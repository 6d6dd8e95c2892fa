import { limits } from '@parley/contract';
import { expect, test } from 'vitest';
import { charactersLeft, isSendable } from './text-length.ts';

test('counts code points, as the server does', () => {
  expect(charactersLeft('😀'.repeat(limits.messageCharacters))).toBe(0);
  expect(charactersLeft('a'.repeat(limits.messageCharacters + 1))).toBe(-1);
});

test('refuses what is blank or too long', () => {
  expect(isSendable(' \n ')).toBe(false);
  expect(isSendable('a'.repeat(limits.messageCharacters))).toBe(true);
  expect(isSendable('a'.repeat(limits.messageCharacters + 1))).toBe(false);
});
