import { useSession } from '@parley/sdk/react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { explain } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { Button } from '../../ui/button.tsx';
import { Fault } from '../../ui/fault.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { useTask } from '../../use-task.ts';
import { Avatar } from './avatar.tsx';
import { nameOf } from './names.ts';
import { usePeople } from './use-people.ts';

interface Row {
  readonly key: string;
  readonly userId: string;
  readonly detail: ReactNode;
}

interface Page {
  readonly rows: readonly Row[];
  /** Where the next page begins; null after the last. */
  readonly next: string | null;
}

/** People of whom the server tells page by page. */
export function PagedPeople({ load }: { load: (cursor: string | undefined) => Promise<Page> }) {
  const { t } = useSpeech();
  const viewerId = useSession()?.user.id;
  const [pages, setPages] = useState<readonly Page[]>([]);
  const task = useTask();
  const rows = pages.flatMap((page) => page.rows);
  const people = usePeople(rows.map(({ userId }) => userId));
  const more = () =>
    void task.run(async () => {
      const page = await load(pages.at(-1)?.next ?? undefined);
      setPages((before) => [...before, page]);
    });
  const begin = useRef(more);
  useEffect(() => begin.current(), []);
  const loading = pages.length === 0 && task.error === null;
  return (
    <section
      className="-mx-2 min-h-24 overflow-y-auto px-2"
      // Longer than a low screen: the keyboard scrolls what can be focused.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      aria-label={t('members.title')}
    >
      <Fault text={task.error === null ? null : explain(task.error, t)} />
      {loading && <SkeletonRows label={t('members.loading')} />}
      <ul>
        {rows.map(({ key, userId, detail }) => {
          const name = nameOf(people.get(userId), t);
          return (
            <li key={key} className="flex items-center gap-3 py-1.5" data-testid="listed-person">
              <Avatar id={userId} name={name} picture={people.get(userId)?.avatar} size="small" />
              <span className="min-w-0 flex-1 truncate text-sm font-medium">
                {userId === viewerId ? t('person.self', { name }) : <bdi>{name}</bdi>}
              </span>
              <span className="shrink-0 text-xs text-faint">{detail}</span>
            </li>
          );
        })}
      </ul>
      {pages.length > 0 && rows.length === 0 && (
        <p className="py-4 text-center text-sm text-faint">{t('people.none')}</p>
      )}
      {(pages.at(-1)?.next != null || task.error !== null) && (
        <Button kind="quiet" disabled={task.busy} onClick={more}>
          {task.error === null ? t('members.more') : t('action.retry')}
        </Button>
      )}
    </section>
  );
}
