import { Link } from '@tanstack/react-router';
import { ChevronLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { iconButtonClass } from '../../ui/icon-button.tsx';
import { useHeadingFocus } from '../../ui/use-heading-focus.ts';

/** One part of the settings. */
export function SettingsPage(props: { title: string; text?: string; children: ReactNode }) {
  const { t } = useSpeech();
  const heading = useHeadingFocus();
  return (
    <div className="mx-auto grid w-full max-w-2xl gap-8 px-8 py-10 max-md:px-4 max-md:py-3">
      <header className="flex items-start gap-1">
        <Link to="/settings" className={iconButtonClass('-ms-2 md:hidden')} aria-label={t('settings.title')}>
          <ChevronLeft size={20} className="rtl:-scale-x-100" aria-hidden />
        </Link>
        <div className="grid gap-1 max-md:pt-1.5">
          <h1 ref={heading} tabIndex={-1} className="text-xl font-semibold tracking-tight outline-none">
            {props.title}
          </h1>
          {props.text !== undefined && <p className="text-sm text-soft">{props.text}</p>}
        </div>
      </header>
      {props.children}
    </div>
  );
}

/** What belongs together on a page. */
export function Section(props: { title?: string; text?: string; children: ReactNode }) {
  return (
    <section className="grid gap-4 rounded-2xl border border-line p-5">
      {props.title !== undefined && (
        <header className="grid gap-0.5">
          <h2 className="font-semibold">{props.title}</h2>
          {props.text !== undefined && <p className="text-sm text-soft">{props.text}</p>}
        </header>
      )}
      {props.children}
    </section>
  );
}
