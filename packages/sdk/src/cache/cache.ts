import type { Persistence } from '../persistence/persistence.ts';
import type { Entry } from '../sync/state.ts';
import type { Sync } from '../sync/sync.ts';
import { keepsTheSame, keptEntries, recordOf, restoredFrom } from './record.ts';

/** After a change, and while there are more of them. */
const SAVE_AFTER_MS = 1_000;

export interface CacheOptions {
  readonly sync: Pick<Sync, 'getSnapshot' | 'step' | 'follow'>;
  readonly persistence: Persistence;
  /** Whether the person will be signed in when the app is opened again, as far as is known. */
  readonly maySave: () => boolean;
}

/**
 * Keeps what one person holds, so that a reopened app shows it before it is online. Whatever cannot be read or kept is
 * done without. Returns what ends it: no write is begun after that, and what is kept is wiped if told so.
 */
export function keepCache({ sync, persistence, maySave }: CacheOptions): (wipe: boolean) => void {
  /** What is kept of each conversation; null for what was found and not taken. */
  const kept = new Map<string, Entry | null>();
  const ended = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const load = async () => {
    const found = await persistence.entries('');
    if (ended.signal.aborted) return;
    const restored = restoredFrom(found);
    for (const [id] of found) kept.set(id, restored.entries.get(id) ?? null);
    sync.step(restored);
  };

  const save = () => {
    clearTimeout(timer);
    timer = undefined;
    const state = sync.getSnapshot();
    const { epoch } = state;
    if (state.cached || epoch === null || !maySave()) return;
    const entries = keptEntries(state);
    // Every write is begun at once: none can come after a wipe.
    for (const id of kept.keys()) {
      if (entries.has(id)) continue;
      persistence.delete(id).then(
        () => kept.delete(id),
        () => {},
      );
    }
    for (const [id, entry] of entries) {
      if (keepsTheSame(kept.get(id), entry)) continue;
      persistence.set(id, recordOf(entry, epoch, Date.now())).then(
        () => kept.set(id, entry),
        () => {},
      );
    }
  };

  load().catch(() => {});
  sync.follow(() => {
    timer ??= setTimeout(save, SAVE_AFTER_MS);
  });
  // A page that is hidden may be gone without another word.
  if (typeof document !== 'undefined')
    document.addEventListener('visibilitychange', save, { signal: ended.signal });
  return (wipe) => {
    ended.abort();
    clearTimeout(timer);
    sync.follow(() => {});
    if (wipe) persistence.deleteAll('').catch(() => {});
  };
}
