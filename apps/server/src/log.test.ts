import { testParley } from '@parley/engine/testing';
import { expect, test } from 'vitest';
import { createLog } from './log.ts';

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
  let text = '';
  write(createLog({ logLevel: 'info', production: true }, { write: (line) => void (text += line) }));
  return text;
}

test('security, logs: secrets and what people wrote are left out wherever they stand', () => {
  const canary = 'canary-7f3a';
  const text = logged((log) => {
    log.info({ password: canary, user: { accessToken: canary, refreshToken: canary } }, 'signed in');
    log.info({ input: { message: { content: canary } }, data: { currentPassword: canary } }, 'sent');
    log.info({ req: { headers: { authorization: canary, cookie: canary } } }, 'asked');
    log.info({ connectionParams: { token: canary }, frame: { data: { token: canary } } }, 'opened');
  });
  expect(text.trim().split('\n')).toHaveLength(4);
  expect(text).not.toContain(canary);
  expect(text).toContain('[redacted]');
});

test('what else is logged is one JSON line with its level', () => {
  const text = logged((log) => {
    log.debug({}, 'quiet');
    log.warn({ requestId: 'r1', text: 'a\nb' }, 'odd');
  });
  expect(JSON.parse(text)).toMatchObject({ level: 40, requestId: 'r1', text: 'a\nb', msg: 'odd' });
});

test('security, logs: an error of the database is logged without the row that failed', async () => {
  await using parley = await testParley();
  const ada = await parley.person('canary-7f3a');
  const again: unknown = await parley.person('canary-7f3a').catch((error: unknown) => error);
  const empty: unknown = await parley.db
    .updateTable('users')
    .set(({ lit }) => ({ username: lit(null) as never }))
    .where('id', '=', ada.userId)
    .execute()
    .catch((error: unknown) => error);
  for (const err of [again, empty]) {
    expect(err).toHaveProperty('detail', expect.stringContaining('canary-7f3a'));
    const text = logged((log) => log.error({ err }, 'call failed'));
    expect(text).toMatch(/23505|23502/);
    expect(text).not.toContain('canary');
  }
});
