/** Entries kept for each half of the time; beyond that the oldest are forgotten early. */
const most = 10_000;

/** What was said lately, by key: forgotten by itself after two to four times `ms`, without a timer. */
export class Recent<T> {
  readonly #ms: number;
  #young = new Map<string, { readonly value: T; readonly at: number }>();
  #old = new Map<string, { readonly value: T; readonly at: number }>();
  #turnedAt = 0;

  constructor(ms: number) {
    this.#ms = ms;
  }

  /** What was last said, unless that is `ms` ago. */
  get(key: string): T | undefined {
    const entry = this.#young.get(key) ?? this.#old.get(key);
    return entry !== undefined && performance.now() - entry.at < this.#ms ? entry.value : undefined;
  }

  set(key: string, value: T): void {
    const now = performance.now();
    if (now - this.#turnedAt >= 2 * this.#ms || this.#young.size >= most) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#turnedAt = now;
    }
    this.#young.set(key, { value, at: now });
  }
}
