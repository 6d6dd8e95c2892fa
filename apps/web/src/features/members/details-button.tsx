import { useNavigate, useSearch } from '@tanstack/react-router';
import { PanelRight } from 'lucide-react';
import { useSpeech } from '../../i18n/provider.tsx';
import { IconButton } from '../../ui/icon-button.tsx';

/** Opens and closes what there is to know about a conversation. */
export function DetailsButton() {
  const { t } = useSpeech();
  const navigate = useNavigate();
  const { pane } = useSearch({ strict: false });
  const open = pane === 'details';
  return (
    <IconButton
      label={t('conversation.details')}
      aria-pressed={open}
      onClick={() => void navigate({ to: '.', search: open ? {} : { pane: 'details' } })}
    >
      <PanelRight size={18} className="rtl:-scale-x-100" aria-hidden />
    </IconButton>
  );
}
