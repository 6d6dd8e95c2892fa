const width = 30;
/** Between two lines where the last one cannot be written over. */
const plainMs = 5_000;

/** A line that says how far the messages are, and how fast. */
export class Progress {
  readonly #total: number;
  readonly #from = performance.now();
  #shown = 0;
  #last = '';

  constructor(total: number) {
    this.#total = total;
  }

  show(done: number): void {
    const seconds = (performance.now() - this.#from) / 1000;
    const filled = Math.round((width * done) / this.#total);
    const speed = Math.round(done / seconds).toLocaleString('en');
    this.#last = `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${done.toLocaleString('en')} messages, ${speed} a second`;
    if (process.stderr.isTTY) process.stderr.write(`\r${this.#last}`);
    else if (performance.now() - this.#shown > plainMs) {
      this.#shown = performance.now();
      process.stderr.write(`${this.#last}\n`);
    }
  }

  /** What to print before the result. */
  end(): string {
    if (process.stderr.isTTY) process.stderr.write('\n');
    return this.#last === '' || process.stderr.isTTY ? '' : `${this.#last}\n`;
  }
}
