import { Turns } from '@parley/contract';
import { inTime } from '../in-time.ts';
import type { Log } from '../log.ts';
import type { Letter, MailOptions } from './mailer.ts';

/** Writes a letter; null when there is none to write. */
export type WriteLetter = (publicUrl: string) => Promise<Letter | null>;

/** Letters that may be under way or wait; more are dropped, as nobody waits for them. */
const most = 1_000;
const atOnce = 4;
/** For writing and handing over one letter, in milliseconds. */
const letterMs = 15_000;

/**
 * Sends letters after the answers they belong to, so that how long an answer takes says nothing of whether there is one.
 * Without a mailer it sends nothing.
 */
export class Post implements AsyncDisposable {
  readonly #mail: MailOptions | undefined;
  readonly #log: Log;
  readonly #turns = new Turns(atOnce);
  readonly #underWay = new Set<Promise<void>>();
  #closed = false;

  constructor(mail: MailOptions | undefined, log: Log) {
    this.#mail = mail;
    this.#log = log;
  }

  /** Sends a letter some time later. Never fails: what goes wrong is in the log. */
  later(write: WriteLetter): void {
    const mail = this.#mail;
    if (mail === undefined || this.#closed) return;
    if (this.#underWay.size >= most) {
      this.#log.warn({ waiting: this.#underWay.size }, 'mail dropped; too many wait to be sent');
      return;
    }
    const sending = this.#turns
      .take(() => inTime(this.#send(mail, write), letterMs, 'send a mail'))
      .catch((error: unknown) => this.#log.error({ err: error }, 'unable to send a mail'))
      .finally(() => this.#underWay.delete(sending));
    this.#underWay.add(sending);
  }

  /** Takes no more, and waits for those that are under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await inTime(Promise.all(this.#underWay), letterMs, 'send the last mails').catch((error: unknown) =>
      this.#log.warn({ err: error }, 'mails were left unsent'),
    );
  }

  async #send({ mailer, publicUrl }: MailOptions, write: WriteLetter): Promise<void> {
    const letter = await write(publicUrl);
    if (letter !== null) await mailer.send(letter);
  }
}
