import { type Failure, listOf } from './report.ts';

export interface Count {
  passed: number;
  failures: readonly Failure[];
}

/** The sum of a test run. */
export class Tally {
  #passed = 0;
  readonly #failures: Failure[] = [];

  add({ passed, failures }: Count): void {
    this.#passed += passed;
    this.#failures.push(...failures);
  }

  /** False also when nothing ran. */
  get ok(): boolean {
    return this.#failures.length === 0 && this.#passed > 0;
  }

  /** What failed, by name, and the sum on a line of its own: often nobody sees more of a log than its end. */
  toString(): string {
    const sum = `${this.#passed} passed, ${this.#failures.length} failed`;
    return this.#failures.length === 0 ? sum : `\nFailed:\n${listOf(this.#failures)}\n\n${sum}`;
  }
}
