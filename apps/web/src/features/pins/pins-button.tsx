import { useNavigate, useSearch } from '@tanstack/react-router';
import { Pin } from 'lucide-react';
import { useSpeech } from '../../i18n/provider.tsx';
import { IconButton } from '../../ui/icon-button.tsx';

/** Opens and closes what is pinned in a conversation. */
export function PinsButton() {
  const { t } = useSpeech();
  const navigate = useNavigate();
  const { pane } = useSearch({ strict: false });
  const open = pane === 'pins';
  return (
    <IconButton
      label={t('pins.title')}
      aria-pressed={open}
      onClick={() => void navigate({ to: '.', search: open ? {} : { pane: 'pins' } })}
    >
      <Pin size={18} aria-hidden />
    </IconButton>
  );
}
