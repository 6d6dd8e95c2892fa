import type { Presence } from '@parley/contract';
import { expect, test } from 'vitest';
import { en } from '../../i18n/en.ts';
import { speechOf } from '../../i18n/speech.ts';
import { presenceText } from './presence-text.ts';

const speech = speechOf('en', en, ['en']);
const now = new Date('2026-06-17T12:00:00Z');
const seen = '2026-06-17T11:55:00Z';

test.each<[Presence | undefined, string]>([
  [undefined, ''],
  [{ userId: 'ada', status: 'online', lastSeen: seen }, 'Online'],
  [{ userId: 'ada', status: 'away', lastSeen: null }, 'Away'],
  [{ userId: 'ada', status: 'offline', lastSeen: null }, 'Offline'],
  [{ userId: 'ada', status: 'offline', lastSeen: seen }, 'Last seen 5 minutes ago'],
])('%#: %j', (presence, text) => {
  expect(presenceText(presence, speech, now)).toBe(text);
});
