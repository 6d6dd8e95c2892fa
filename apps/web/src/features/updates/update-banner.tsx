import { useSpeech } from '../../i18n/provider.tsx';
import { Banner } from '../../ui/banner.tsx';
import { useNewerVersion } from './use-newer-version.ts';
import { loadNewest } from './versions.ts';

/** Offers the version of the app that is ready: a page goes on with the one it began with until it is loaded anew. */
export function UpdateBanner() {
  const { t } = useSpeech();
  const ready = useNewerVersion();
  return (
    <output className="block">
      {ready && (
        <Banner
          tone="calm"
          action={t('action.reload')}
          onAction={() => void loadNewest()}
          data-testid="update-banner"
        >
          {t('update.ready')}
        </Banner>
      )}
    </output>
  );
}
