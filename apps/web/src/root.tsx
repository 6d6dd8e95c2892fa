import { Link, Outlet } from '@tanstack/react-router';
import { CircleAlert, Compass } from 'lucide-react';
import { loadNewest } from './features/updates/versions.ts';
import { useSpeech } from './i18n/provider.tsx';
import { buttonClass } from './ui/button.tsx';
import { Empty } from './ui/empty.tsx';
import { LiveRegion } from './ui/live-region.tsx';
import { Toaster } from './ui/toast.tsx';
import { TooltipLayer } from './ui/tooltip.tsx';

/** What stands around every page. */
export function Root() {
  return (
    <>
      <Outlet />
      <Toaster />
      <LiveRegion />
      <TooltipLayer />
    </>
  );
}

/** An address at which there is nothing. */
export function Missing() {
  const { t } = useSpeech();
  return (
    <main className="grid h-dvh">
      <Empty page icon={<Compass />} title={t('page.missing')}>
        <Link to="/" className={buttonClass('secondary')}>
          {t('action.back')}
        </Link>
      </Empty>
    </main>
  );
}

/** A page that failed: what it takes could not be fetched, or it has a bug. */
export function Failed() {
  const { t } = useSpeech();
  return (
    <main className="grid h-dvh">
      <Empty page icon={<CircleAlert />} title={t('page.failed')}>
        <button type="button" className={buttonClass('secondary')} onClick={() => void loadNewest()}>
          {t('action.reload')}
        </button>
      </Empty>
    </main>
  );
}
