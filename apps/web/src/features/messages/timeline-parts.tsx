import { ArrowDown, Hand } from 'lucide-react';
import { useSpeech } from '../../i18n/provider.tsx';
import { cx } from '../../ui/cx.ts';
import { Empty } from '../../ui/empty.tsx';
import { useNow } from '../../use-now.ts';

/** Stands beyond the first or the last message while more are fetched. */
export function More({ at }: { at: 'top' | 'bottom' }) {
  return (
    <div
      className={cx(
        'absolute inset-x-0 mx-auto size-5 animate-turn rounded-full border-2 border-line-strong border-t-accent',
        at === 'top' ? 'top-3.5' : 'bottom-3.5',
      )}
      aria-hidden
    />
  );
}

/** The day of what is at the top of the screen, while one scrolls. */
export function DayOnTop({ at }: { at: string | undefined }) {
  const { formats } = useSpeech();
  const now = useNow();
  if (at === undefined) return null;
  return (
    <p
      className="pointer-events-none absolute inset-x-0 top-2 mx-auto w-fit animate-appear rounded-full bg-raised px-3 py-1 text-xs font-medium text-soft shadow-floating"
      aria-hidden
    >
      {formats.dayLabel(at, now)}
    </p>
  );
}

export function NothingSaid() {
  const { t } = useSpeech();
  return <Empty icon={<Hand />} title={t('conversation.sayHello')} text={t('conversation.sayHello.text')} />;
}

/** The way down to the latest message, with what is unread there. */
export function ToLatest({ unread, onClick }: { unread: number; onClick: () => void }) {
  const { t, formats } = useSpeech();
  return (
    <button
      type="button"
      className="absolute end-5 bottom-3 grid size-10 place-items-center rounded-full bg-raised text-soft shadow-floating transition-colors hover:text-fg"
      onClick={onClick}
      aria-label={t('messages.latest')}
    >
      <ArrowDown size={18} aria-hidden />
      {unread > 0 && (
        <span className="absolute -top-2 min-w-5 rounded-full bg-accent px-1.5 text-2xs leading-5 font-semibold text-on-accent tabular-nums">
          {formats.number(unread)}
        </span>
      )}
    </button>
  );
}
