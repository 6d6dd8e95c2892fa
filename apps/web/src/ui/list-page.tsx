import { Link } from '@tanstack/react-router';
import { ChevronLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { useSpeech } from '../i18n/provider.tsx';
import { iconButtonClass } from './icon-button.tsx';
import { useHeadingFocus } from './use-heading-focus.ts';

/** A page that is one list, in the place of a conversation. */
export function ListPage({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useSpeech();
  const heading = useHeadingFocus();
  return (
    <section className="flex min-h-0 flex-col" aria-label={title}>
      <header className="flex h-14 shrink-0 items-center gap-3 border-b border-line ps-5 pe-2.5 max-md:ps-1.5">
        <Link to="/" className={iconButtonClass('md:hidden')} aria-label={t('action.back')}>
          <ChevronLeft size={22} className="rtl:-scale-x-100" aria-hidden />
        </Link>
        <h1 ref={heading} tabIndex={-1} className="text-sm font-semibold outline-none">
          {title}
        </h1>
      </header>
      <div className="flex min-h-0 flex-1 flex-col overflow-y-auto px-5 py-4 max-md:px-3">
        <div className="mx-auto flex w-full max-w-[720px] flex-1 flex-col">{children}</div>
      </div>
    </section>
  );
}
