import { useSession } from '@parley/sdk/react';
import { Reply, X } from 'lucide-react';
import { useEffect } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { focusComposer } from '../messages/focus-composer.ts';
import { nameOf } from '../users/names.ts';
import { usePeople } from '../users/use-people.ts';
import { oneLine } from './one-line.ts';
import { replyTargets, useReplyTarget } from './reply-target.ts';

/** What the next message answers, above where it is written; Escape there takes it back. */
export function ReplyBar({ place }: { place: string }) {
  const { t } = useSpeech();
  const target = useReplyTarget(place);
  const viewerId = useSession()?.user.id;
  const people = usePeople(target === undefined ? [] : [target.senderId]);
  const open = target !== undefined;
  useEffect(() => {
    if (!open) return;
    const onKeyDown = (event: KeyboardEvent) => {
      const { target: at } = event;
      if (
        event.key !== 'Escape' ||
        !(at instanceof Element) ||
        at.closest(`[data-composer="${place}"]`) === null
      )
        return;
      // Before the composer, which would be left.
      event.preventDefault();
      event.stopPropagation();
      replyTargets.set(place, undefined);
    };
    document.addEventListener('keydown', onKeyDown, true);
    return () => document.removeEventListener('keydown', onKeyDown, true);
  }, [open, place]);
  if (target === undefined) return null;
  const name = target.senderId === viewerId ? t('person.you.object') : nameOf(people.get(target.senderId), t);
  return (
    <output
      className="mb-1.5 flex items-center gap-3 rounded-xl bg-hover py-1.5 ps-3.5 pe-1.5"
      data-testid="reply-bar"
    >
      <Reply size={17} className="shrink-0 text-accent-fg rtl:-scale-x-100" aria-hidden />
      <div className="min-w-0 flex-1 border-s-2 border-accent ps-2.5">
        <p className="truncate text-xs font-semibold text-accent-fg">{t('reply.to', { name })}</p>
        <p className="w-fit max-w-full truncate text-sm text-soft" dir="auto">
          {oneLine(target.content)}
        </p>
      </div>
      <IconButton
        label={t('reply.cancel')}
        keys={['Esc']}
        onClick={() => {
          replyTargets.set(place, undefined);
          focusComposer(place);
        }}
      >
        <X size={17} aria-hidden />
      </IconButton>
    </output>
  );
}
