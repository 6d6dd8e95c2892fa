import { useSyncExternalStore } from 'react';
import { SaidStore } from './said.ts';

const toasts = new SaidStore(4_000);

/** Says that something was done, in the corner and to screen readers. */
export function toast(text: string): void {
  toasts.say(text);
}

/** Where toasts are shown. */
export function Toaster() {
  const said = useSyncExternalStore(toasts.subscribe, toasts.getSnapshot);
  return (
    <output className="pointer-events-none fixed inset-x-4 bottom-24 z-40 grid justify-items-center gap-2">
      {said.map(({ id, text }) => (
        <span
          key={id}
          className="animate-appear rounded-full bg-fg px-4 py-2 text-sm font-medium text-surface shadow-floating"
        >
          {text}
        </span>
      ))}
    </output>
  );
}
