import { expect, test } from 'vitest';
import { createLog } from './log.ts';

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
  let text = '';
  write(createLog({ logLevel: 'info', production: true }, { write: (line) => void (text += line) }));
  return text;
}

test('secrets and what people wrote do not reach the log', () => {
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
