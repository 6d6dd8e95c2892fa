import { ArrowDown, Hand } from 'lucide-react';
import { useSpeech } from '../../i18n/provider.tsx';
import { Empty } from '../../ui/empty.tsx';

/** Stands above the first message while older ones are fetched. */
export function MoreAbove() {
  return (
    <div
      className="mx-auto my-3.5 size-5 shrink-0 animate-turn rounded-full border-2 border-line-strong border-t-accent"
      aria-hidden
    />
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
