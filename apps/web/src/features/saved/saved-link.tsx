import { useSaved } from '@parley/sdk/react';
import { Link } from '@tanstack/react-router';
import { Bookmark } from 'lucide-react';
import { useSpeech } from '../../i18n/provider.tsx';
import { iconButtonClass } from '../../ui/icon-button.tsx';

/** The way to what one has saved; keeps the list of that live, by which a message's menu knows whether it is saved. */
export function SavedLink() {
  const { t } = useSpeech();
  useSaved();
  return (
    <Link
      to="/my/saved"
      className={iconButtonClass('aria-[current=page]:bg-hover aria-[current=page]:text-fg')}
      aria-label={t('saved.title')}
      data-tip={t('saved.title')}
    >
      <Bookmark size={18} aria-hidden />
    </Link>
  );
}
