import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { createLog } from '../log.ts';
import { createMailer } from './mailer.ts';
import { smtpMailer } from './smtp-mailer.ts';
import { startSmallSmtp } from './testing/small-smtp.ts';

const letter = {
  to: 'ada@example.com',
  subject: 'Choose a new password for Parley',
  text: 'https://chat.test/reset-password#token=dG9rZW4\n\nÄ line with more than ASCII\n',
};
const from = 'Parley <parley@example.com>';

/** A log, and what stands in it. */
function logged() {
  const lines: string[] = [];
  const log = createLog({ logLevel: 'info', production: true }, { write: (line) => void lines.push(line) });
  return { log, lines };
}

test('a mail is handed over by SMTP as it was written', async () => {
  await using smtp = await startSmallSmtp();
  const { log, lines } = logged();
  const mailer = createMailer(
    { production: true, smtp: { url: `smtp://127.0.0.1:${smtp.port}`, from } },
    log,
  );
  await mailer?.send(letter);
  expect(smtp.mails).toMatchObject([{ from: 'parley@example.com', to: letter.to }]);
  const data = smtp.mails[0]?.data ?? '';
  expect(data).toContain(`From: ${from}`);
  expect(data).toContain(`Subject: ${letter.subject}`);
  expect(data).toContain('Content-Type: text/plain; charset=utf-8');
  expect(data).toContain('reset-password#token=');
  expect(lines).toEqual([]);
});

test('a subject or an address makes no header of its own', async () => {
  await using smtp = await startSmallSmtp();
  const url = `smtp://127.0.0.1:${smtp.port}`;
  const mailer = createMailer({ production: true, smtp: { url, from } }, logged().log);
  await mailer?.send({ ...letter, subject: 'Hello\r\nBcc: eve@example.com' });
  expect(smtp.mails.map(({ to }) => to)).toEqual([letter.to]);
  expect(smtp.mails[0]?.data).not.toMatch(/^Bcc:/m);
});

test('a password is not said to another machine in the clear', async () => {
  await using smtp = await startSmallSmtp();
  // This very machine, by an address that does not look like it.
  const url = `smtp://parley:secret@[::ffff:127.0.0.1]:${smtp.port}`;
  await expect(smtpMailer({ url, from }).send(letter)).rejects.toThrow(/TLS/);
  expect(smtp.mails).toEqual([]);
});

test('a server that says nothing is given up on', async () => {
  await using smtp = await startSmallSmtp('silent');
  const url = `smtp://127.0.0.1:${smtp.port}`;
  // Whether the wait for its greeting ends first or that for anything at all depends on how busy the machine is.
  await expect(smtpMailer({ url, from }, 100).send(letter)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
});

test('without a mail server mails are in the log in development, and there is none in production', async () => {
  const development = logged();
  await createMailer({ production: false, smtp: null }, development.log)?.send(letter);
  expect(development.lines.join()).toContain('reset-password#token=dG9rZW4');
  const production = logged();
  expect(createMailer({ production: true, smtp: null }, production.log)).toBeNull();
  expect(production.lines.join()).toContain('mail is off, as SMTP_URL is not set');
});

test('what a mail server says of whom it refuses does not get into an error', async () => {
  await using smtp = await startSmallSmtp('refuses');
  const sent = smtpMailer({ url: `smtp://127.0.0.1:${smtp.port}`, from }).send(letter);
  const error = await sent.catch((thrown: unknown) => thrown);
  expect(error).toEqual(new Error('the mail server refused it with 550'));
  expect(inspect(error, { depth: 9 })).not.toContain(letter.to);
});
