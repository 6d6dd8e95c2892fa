import { expect, test } from 'vitest';
import { ar } from './ar.ts';
import type { Plural } from './catalog.ts';
import { en } from './en.ts';
import { languageOf, localeOf } from './languages.ts';
import { translator } from './translate.ts';

type Message = string | Plural;
const english = new Map<string, Message>(Object.entries(en));
const arabic = new Map<string, Message>(Object.entries(ar));

const textsOf = (message: Message | undefined): string[] =>
  typeof message === 'string' ? [message] : Object.values(message ?? {});
const sorted = (names: Iterable<string>) => [...names].toSorted((a, b) => a.localeCompare(b));
const namesOf = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);

test('both languages say the same things', () => {
  expect(sorted(arabic.keys())).toEqual(sorted(english.keys()));
  const blank = [...english, ...arabic].filter(([, message]) => textsOf(message).some((text) => text === ''));
  expect(blank).toEqual([]);
});

test('every text has the names its other languages have; a number may be a word instead', () => {
  for (const [key, message] of english) {
    const expected = namesOf(textsOf(message).at(-1) ?? '');
    for (const text of textsOf(arabic.get(key))) {
      const without = typeof message === 'string' ? [] : ['count'];
      const given = namesOf(text);
      expect({ key, given: sorted(new Set([...given, ...without])) }).toEqual({
        key,
        given: sorted(new Set([...expected, ...without])),
      });
    }
  }
});

test('what is counted has a text for each way a language counts', () => {
  for (const [locale, catalog] of [['en', english] as const, ['ar', arabic] as const]) {
    const rules = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
    for (const [key, message] of catalog) {
      if (typeof message === 'string') continue;
      expect({ key, rules: sorted(Object.keys(message)) }).toEqual({ key, rules: sorted(rules) });
    }
  }
});

test('what is Arabic is written in Arabic, but for names that stay', () => {
  const same = [...arabic].filter(([key, message]) => message === english.get(key)).map(([key]) => key);
  expect(sorted(same)).toEqual([
    'chats.preview',
    'error.because',
    'messages.said',
    'settings.language.ar',
    'settings.language.en',
  ]);
});

test('puts parameters in, counts, and keeps names the other way round apart', () => {
  const t = translator(en, 'en');
  expect(t('conversation.members', { count: 1 })).toBe('1 member');
  expect(t('conversation.members', { count: 1_200 })).toBe('1,200 members');
  expect(t('notice.left', { name: 'Ada' })).toBe('Ada left');
  expect(t('notice.left', { name: 'أمل' })).toBe('\u2068أمل\u2069 left');
  expect(t('notice.left', { name: '{title} $& {name}' })).toBe('{title} $& {name} left');
  expect(translator(ar, 'ar')('notice.left', { name: 'Ada' })).toContain('\u2068Ada\u2069');
});

test('speaks what was chosen, else what the device speaks, else English', () => {
  expect(languageOf('ar', ['en-GB'])).toBe('ar');
  expect(languageOf('system', ['fr', 'ar-EG', 'en'])).toBe('ar');
  expect(languageOf('system', ['fr', 'en-GB', 'ar'])).toBe('en');
  expect(languageOf('system', ['fr'])).toBe('en');
  expect([localeOf('en', ['fr', 'en-GB']), localeOf('ar', ['en-GB'])]).toEqual(['en-GB', 'ar']);
});
