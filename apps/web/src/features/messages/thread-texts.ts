import { useSyncExternalStore } from 'react';
import { OwnStore } from '../../own-store.ts';

/** What is written in threads and not sent yet, for as long as the page lives: drafts, which outlive it, are of conversations. */
class ThreadTexts extends OwnStore<ReadonlyMap<string, string>> {
  constructor() {
    super(new Map());
  }

  set(place: string, text: string): void {
    const next = new Map(this.getSnapshot());
    if (text === '') next.delete(place);
    else next.set(place, text);
    this.show(next);
  }
}

const threadTexts = new ThreadTexts();

/** @param writerId as somebody else may sign in in the same page */
export function useThreadText(
  thread: string | undefined,
  writerId: string,
): readonly [text: string, set: (text: string) => void] {
  const place = `${writerId} ${thread}`;
  const text = useSyncExternalStore(threadTexts.subscribe, () => threadTexts.getSnapshot().get(place) ?? '');
  return [text, (next) => threadTexts.set(place, next)];
}
