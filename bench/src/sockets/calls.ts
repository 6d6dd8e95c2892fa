const lateMs = 30_000;

/** Calls that wait for their answers, by number. */
export class Calls {
  readonly #waiting = new Map<number, PromiseWithResolvers<void>>();
  #last = 10;

  /** @param send sends the call under the number it is given; resolves once it is answered */
  async make(send: (id: number) => void): Promise<void> {
    this.#last += 1;
    const id = this.#last;
    const call = Promise.withResolvers<void>();
    this.#waiting.set(id, call);
    const late = setTimeout(() => this.fail(id, 'no answer within half a minute'), lateMs);
    send(id);
    try {
      await call.promise;
    } finally {
      clearTimeout(late);
    }
  }

  answer(id: number): void {
    this.#waiting.get(id)?.resolve();
    this.#waiting.delete(id);
  }

  fail(id: number, why: string): void {
    this.#waiting.get(id)?.reject(new Error(`unable to call; ${why}`));
    this.#waiting.delete(id);
  }
}
