export interface Count {
  passed: number;
  failed: number;
}

/** The sum of a test run. */
export class Tally {
  readonly #sum: Count = { passed: 0, failed: 0 };

  add({ passed, failed }: Count): void {
    this.#sum.passed += passed;
    this.#sum.failed += failed;
  }

  /** False also when nothing ran. */
  get ok(): boolean {
    return this.#sum.failed === 0 && this.#sum.passed > 0;
  }

  toString(): string {
    return `${this.#sum.passed} passed, ${this.#sum.failed} failed`;
  }
}
