import { EventEmitter, once } from 'node:events';
import type { Letter, MailOptions } from '../mail/mailer.ts';

/** Takes mails, and keeps them for a test to read. */
export interface Mailbox extends MailOptions {
  readonly letters: readonly Letter[];
  /** Takes the next letter to this address, for which it waits. @throws after ten seconds */
  next(to: string): Promise<Letter>;
  /** The token in the next letter to this address. */
  token(to: string): Promise<string>;
}

export function mailbox(): Mailbox {
  const letters: Letter[] = [];
  const arrivals = new EventEmitter();
  const next = async (to: string): Promise<Letter> => {
    const deadline = AbortSignal.timeout(10_000);
    for (;;) {
      const at = letters.findIndex((letter) => letter.to === to);
      const [letter] = at === -1 ? [] : letters.splice(at, 1);
      if (letter !== undefined) return letter;
      await once(arrivals, 'letter', { signal: deadline });
    }
  };
  return {
    publicUrl: 'https://chat.test',
    mailer: {
      async send(letter) {
        letters.push(letter);
        arrivals.emit('letter');
      },
    },
    letters,
    next,
    async token(to) {
      const { text } = await next(to);
      const token = /#token=([\w-]+)$/m.exec(text)?.[1];
      if (token === undefined) throw new Error(`there is no token in ${text}`);
      return token;
    },
  };
}
