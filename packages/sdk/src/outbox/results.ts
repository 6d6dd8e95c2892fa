import type { Message, ParleyError } from '@parley/contract';

/** The promises of those who sent something in this tab, by message id. */
export class Results {
  readonly #results = new Map<string, PromiseWithResolvers<Message>>();

  /** How it ends with a message. */
  of(id: string): Promise<Message> {
    const known = this.#results.get(id);
    if (known !== undefined) return known.promise;
    const result = Promise.withResolvers<Message>();
    // Those who only watch the list do not wait for the promise.
    result.promise.catch(() => {});
    this.#results.set(id, result);
    return result.promise;
  }

  resolve(message: Message): void {
    this.#results.get(message.id)?.resolve(message);
    this.#results.delete(message.id);
  }

  reject(id: string, error: ParleyError): void {
    this.#results.get(id)?.reject(error);
    this.#results.delete(id);
  }

  rejectAll(error: ParleyError): void {
    for (const result of this.#results.values()) result.reject(error);
    this.#results.clear();
  }
}
