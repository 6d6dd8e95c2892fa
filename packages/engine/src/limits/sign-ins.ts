import type { LimitedCall, Settle } from '@parley/contract';
import type { Book } from './book.ts';
import type { Familiar } from './familiar.ts';
import { networkOf } from './network.ts';
import type { LimitName } from './rates.ts';
import { digest, rawInput, textOf, type Toll } from './tolls.ts';

/**
 * Slows down who guesses passwords. Every attempt is counted before it is looked at, as many may come at once, and those
 * that were not wrong are given back. Who signs in from where the account was signed in to before is not held back by
 * what strangers try elsewhere: they cannot lock its owner out.
 */
export class SignIns {
  readonly #book: Book;
  readonly #familiar: Familiar;

  constructor(book: Book, familiar: Familiar) {
    this.#book = book;
    this.#familiar = familiar;
  }

  /** @throws LIMITED, with the time to wait */
  async admit(call: LimitedCall): Promise<Settle | null> {
    const name = textOf(await rawInput(call), 'email');
    if (name === null) return null;
    const network = networkOf(call.client.address);
    const account = digest(name.toLowerCase());
    const both = digest(`${account} ${network}`);
    const stranger = !(await this.#familiar.has(both));
    const tolls: Toll[] = [
      { limit: 'signIn', key: both },
      ...(stranger ? [{ limit: 'signInAccount', key: account } as const] : []),
      ...(stranger ? [{ limit: 'signInAddress', key: network } as const] : []),
    ];
    await this.#take(tolls);
    return (code) => {
      if (code === 'WRONG_CREDENTIALS') return;
      if (code !== 'OK') {
        this.#giveBack(tolls);
        return;
      }
      this.#book.forget('signIn', both);
      this.#giveBack(tolls.filter(({ limit }) => limit !== 'signIn'));
      this.#familiar.add(both);
    };
  }

  async #take(tolls: readonly Toll[]): Promise<void> {
    const taken: Toll[] = [];
    try {
      for (const toll of tolls) {
        await this.#book.take(toll.limit, toll.key);
        taken.push(toll);
      }
    } catch (error) {
      this.#giveBack(taken);
      throw error;
    }
  }

  #giveBack(tolls: readonly { readonly limit: LimitName; readonly key: string }[]): void {
    for (const { limit, key } of tolls) this.#book.giveBack(limit, key);
  }
}
