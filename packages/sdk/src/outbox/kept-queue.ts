import type { Persistence } from '../persistence/persistence.ts';
import type { Queue, Queued } from './queue.ts';
import { parseRecord, recordOf } from './record.ts';

/** The queue as it is kept. What is read comes after what was written here before. */
export class KeptQueue {
  readonly #persistence: Persistence;
  readonly #unkept = new Set<string>();
  #idle: Promise<void> = Promise.resolve();

  constructor(persistence: Persistence) {
    this.#persistence = persistence;
  }

  /** Settles when all that was to be kept or read so far is. */
  get idle(): Promise<void> {
    return this.#idle;
  }

  /** Messages that could not be kept: no other tab knows of them. */
  get unkept(): ReadonlySet<string> {
    return this.#unkept;
  }

  /** Keeps a message, or nothing of it when there is none any more. Resolves to whether that worked. */
  save(id: string, queued: Queued | undefined): Promise<boolean> {
    const work =
      queued === undefined ? this.#persistence.delete(id) : this.#persistence.set(id, recordOf(queued));
    const saved = work.then(
      () => {
        this.#unkept.delete(id);
        return true;
      },
      () => {
        this.#unkept.add(id);
        return false;
      },
    );
    this.#idle = this.#idle.then(() => saved).then(() => {});
    return saved;
  }

  /** Reads everything; `onBegin` and `onRead` stand around the reading, which may fail. */
  load(onBegin: () => void, onRead: (kept: Queue) => void): void {
    const read = async () => {
      onBegin();
      const entries = await this.#persistence.entries('').catch(() => null);
      if (entries !== null) onRead(parsed(entries));
    };
    this.#idle = this.#idle.then(read);
  }
}

function parsed(entries: readonly (readonly [string, unknown])[]): Queue {
  return new Map(
    entries.flatMap(([id, value]) => {
      const queued = parseRecord(value);
      return queued === null ? [] : [[id, queued] as const];
    }),
  );
}
