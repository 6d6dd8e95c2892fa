import { readFile } from 'node:fs/promises';

const everyMs = 200;

/** Watches how much memory a process holds. */
export class Memory implements Disposable {
  readonly #pid: number;
  readonly #samples: number[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(pid: number) {
    this.#pid = pid;
    this.#timer = setInterval(() => void this.#look(), everyMs);
  }

  /** MiB held in each of a number of equal parts of the time, in the median. */
  parts(count: number): readonly number[] {
    const { length } = this.#samples;
    return Array.from({ length: count }, (_, part) => {
      const own = this.#samples.slice(
        Math.floor((part * length) / count),
        Math.floor(((part + 1) * length) / count),
      );
      return own.toSorted((a, b) => a - b)[Math.floor(own.length / 2)] ?? 0;
    });
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const status = await readFile(`/proc/${this.#pid}/status`, 'utf8').catch(() => '');
    const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
    if (kib !== undefined) this.#samples.push(Number(kib) / 1024);
  }
}
