import type { Engine } from '@parley/engine';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seedDemo } from './seed.ts';

/**
 * The demo data of an embedded database. A file beside the database says how far it is: `pending` from before the
 * database is first made, so that only a fresh one gets demo data and an interrupted start goes on with it.
 */
export class Demo {
  readonly #marker: string;
  #state: 'none' | 'pending' | 'done';

  private constructor(marker: string, state: 'none' | 'pending' | 'done') {
    this.#marker = marker;
    this.#state = state;
  }

  /** Looks at the data directory; to be called before the database in `databaseDir` is made. */
  static async open(dataDir: string, databaseDir: string, wanted: boolean): Promise<Demo> {
    const marker = join(dataDir, 'demo');
    const demo = new Demo(marker, await readState(marker));
    if (wanted && demo.#state === 'none' && !existsSync(databaseDir)) {
      await mkdir(dataDir, { recursive: true });
      await demo.#become('pending');
    }
    return demo;
  }

  /** Has the demo made again on the next start, for a database that was emptied. */
  static async renew(dataDir: string): Promise<void> {
    const demo = new Demo(join(dataDir, 'demo'), 'none');
    await demo.#become('pending');
  }

  /** Whether the demo people are there to sign in as. */
  get ready(): boolean {
    return this.#state === 'done';
  }

  /** Makes what is missing, unless there is to be no demo. */
  async complete(engine: Engine): Promise<void> {
    if (this.#state !== 'pending') return;
    await seedDemo(engine);
    await this.#become('done');
  }

  async #become(state: 'pending' | 'done'): Promise<void> {
    const draft = `${this.#marker}.draft`;
    await writeFile(draft, `${state}\n`);
    await rename(draft, this.#marker);
    this.#state = state;
  }
}

async function readState(marker: string): Promise<'none' | 'pending' | 'done'> {
  if (!existsSync(marker)) return 'none';
  const state = (await readFile(marker, 'utf8')).trim();
  return state === 'done' ? 'done' : 'pending';
}
