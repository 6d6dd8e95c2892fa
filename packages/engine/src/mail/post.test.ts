import { afterEach, expect, test } from 'vitest';
import type { Log } from '../log.ts';
import { mailbox } from '../testing/mailbox.ts';
import { silentLog } from '../testing/log.ts';
import { Post } from './post.ts';

const resources: Post[] = [];
afterEach(async () => {
  for (const post of resources.splice(0)) await post[Symbol.asyncDispose]();
});

function opened(...options: ConstructorParameters<typeof Post>): Post {
  const post = new Post(...options);
  resources.push(post);
  return post;
}

const letter = (to: string) => ({ to, subject: 'Hello', text: 'Hello' });

/** A log that keeps what is wrong. */
function keeping(): { log: Log; said: string[] } {
  const said: string[] = [];
  const keep = (_details: object, message: string) => void said.push(message);
  return { log: { ...silentLog, warn: keep, error: keep }, said };
}

test('a letter that cannot be sent, or written, is logged and holds up no other', async () => {
  const mail = mailbox();
  const { log, said } = keeping();
  const post = opened(mail, log);
  post.later(async () => {
    throw new Error('no such account');
  });
  post.later(async () => null);
  post.later(async () => letter('ada@example.com'));
  await post[Symbol.asyncDispose]();
  expect(mail.letters.map(({ to }) => to)).toEqual(['ada@example.com']);
  expect(said).toEqual(['unable to send a mail']);
});

test('what waits is bounded: a mailer that hangs makes later letters be dropped', async () => {
  const { log, said } = keeping();
  const hanging = Promise.withResolvers<void>();
  let sent = 0;
  const mailer = {
    send: () => {
      sent += 1;
      return hanging.promise;
    },
  };
  const post = opened({ mailer, publicUrl: '' }, log);
  for (let n = 0; n < 1_010; n += 1) post.later(async () => letter(`${n}@example.com`));
  expect(said).toEqual(Array.from({ length: 10 }, () => 'mail dropped; too many wait to be sent'));
  await expect.poll(() => sent).toBe(4);
  hanging.resolve();
  await post[Symbol.asyncDispose]();
  expect(sent).toBe(1_000);
});

test('closing waits for the letters that are under way, and takes no more', async () => {
  const mail = mailbox();
  const post = opened(mail, silentLog);
  post.later(async (publicUrl) => letter(publicUrl));
  await post[Symbol.asyncDispose]();
  post.later(async () => letter('late@example.com'));
  await post[Symbol.asyncDispose]();
  expect(mail.letters.map(({ to }) => to)).toEqual(['https://chat.test']);
});
