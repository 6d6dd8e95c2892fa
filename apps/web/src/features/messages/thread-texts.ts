import { useSyncExternalStore } from 'react';
import { OwnMap } from '../../own-store.ts';

/** What is written in threads and not sent yet, for as long as the page lives: drafts, which outlive it, are of conversations. */
const threadTexts = new OwnMap<string>();

/** @param writerId as somebody else may sign in in the same page */
export function useThreadText(
  thread: string | undefined,
  writerId: string,
): readonly [text: string, set: (text: string) => void] {
  const place = `${writerId} ${thread}`;
  const text = useSyncExternalStore(threadTexts.subscribe, () => threadTexts.getSnapshot().get(place) ?? '');
  return [text, (next) => threadTexts.set(place, next === '' ? undefined : next)];
}
