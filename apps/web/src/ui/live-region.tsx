import { useSyncExternalStore } from 'react';
import { SaidStore } from './said.ts';

const announcements = new SaidStore(7_000);

/** Says something to screen readers when they come to it; it is not seen. */
export function announce(text: string): void {
  announcements.say(text);
}

/** Where screen readers hear what is announced. */
export function LiveRegion() {
  const said = useSyncExternalStore(announcements.subscribe, announcements.getSnapshot);
  return (
    <div className="sr-only" aria-live="polite" aria-relevant="additions" data-testid="live-region">
      {said.map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
    </div>
  );
}
