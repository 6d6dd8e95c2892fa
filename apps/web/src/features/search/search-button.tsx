import type { Conversation } from '@parley/contract';
import { Link } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useSpeech } from '../../i18n/provider.tsx';
import { iconButtonClass } from '../../ui/icon-button.tsx';

/** Searches in one conversation. */
export function SearchButton({ conversation }: { conversation: Conversation }) {
  const { t } = useSpeech();
  return (
    <Link
      to="/find"
      search={{ q: undefined, in: conversation.id }}
      className={iconButtonClass()}
      aria-label={t('search.here')}
      data-tip={t('search.here')}
    >
      <Search size={18} aria-hidden />
    </Link>
  );
}
