import { useBlocks, useSession } from '@parley/sdk/react';
import { useSpeech } from '../../i18n/provider.tsx';
import { cx } from '../../ui/cx.ts';
import type { Written } from '../messages/items.ts';
import { useJump } from '../messages/use-jump.ts';
import { nameOf } from '../users/names.ts';
import { usePeople } from '../users/use-people.ts';
import { oneLine } from './one-line.ts';
import { useQuoted } from './use-quoted.ts';

/** What a message answers, above its text: leads there. */
export function Quote({ written, mine }: { written: Written; mine: boolean }) {
  const { stored, outgoing } = written;
  const answers = stored === null ? outgoing.extras.replyTo !== undefined : stored.replyTo !== undefined;
  return answers ? <Quoted written={written} mine={mine} /> : null;
}

function Quoted({ written, mine }: { written: Written; mine: boolean }) {
  const { t } = useSpeech();
  const jump = useJump();
  const quoted = useQuoted(written);
  const viewerId = useSession()?.user.id;
  const blocked = useBlocks().userIds;
  const senderId = quoted?.senderId ?? written.stored?.replyTo?.senderId;
  const people = usePeople(senderId === undefined ? [] : [senderId]);
  if (quoted === undefined && written.stored === null) return null;
  const name = senderId === viewerId ? t('person.you') : nameOf(people.get(senderId ?? ''), t);
  const hidden = quoted === null || quoted?.deletedAt != null || blocked.has(senderId ?? '');
  const text =
    quoted === null
      ? t('reply.missing')
      : quoted?.deletedAt != null
        ? t('message.deleted')
        : blocked.has(senderId ?? '')
          ? t('message.blocked')
          : oneLine(quoted?.content ?? '');
  return (
    <button
      type="button"
      className={cx(
        'mb-1 block w-full min-w-24 rounded-md border-s-[3px] py-0.5 ps-2.5 pe-2 text-start text-sm transition-colors',
        mine ? 'border-own-soft bg-own-quote focus-visible:outline-current' : 'border-accent bg-hover',
      )}
      disabled={quoted == null}
      data-testid="quote"
      onClick={() => {
        if (quoted != null) jump(quoted.conversationId, quoted.thread?.rootPosition ?? quoted.position);
      }}
    >
      <span className={cx('block truncate text-xs font-semibold', mine ? 'text-own-fg' : 'text-accent-fg')}>
        <bdi>{name}</bdi>
      </span>
      <span
        className={cx(
          'line-clamp-1 w-fit max-w-full',
          mine ? 'text-own-soft' : 'text-soft',
          hidden && 'italic',
        )}
        dir="auto"
      >
        {/* Its line is there before its text is. */}
        {text === '' ? '\u00a0' : text}
      </span>
    </button>
  );
}
