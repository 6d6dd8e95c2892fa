import { useSyncExternalStore } from 'react';

const MINUTE_MS = 60_000;

let now = minute();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | undefined;

function minute(): Date {
  return new Date(Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS);
}

/** Ticks at the beginning of every minute, while somebody looks. */
function tick(): void {
  now = minute();
  for (const listener of [...listeners]) listener();
  timer = setTimeout(tick, now.getTime() + MINUTE_MS - Date.now());
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) tick();
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearTimeout(timer);
  };
}

/** The minute it is: what is told of times stays true while it is looked at. */
export function useNow(): Date {
  return useSyncExternalStore(subscribe, () => now);
}
