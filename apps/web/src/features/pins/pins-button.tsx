import { Pin } from 'lucide-react';
import { useSpeech } from '../../i18n/provider.tsx';
import { PaneButton } from '../messages/pane-button.tsx';

/** Opens and closes what is pinned in a conversation. */
export function PinsButton() {
  const { t } = useSpeech();
  return (
    <PaneButton pane="pins" label={t('pins.title')}>
      <Pin size={18} aria-hidden />
    </PaneButton>
  );
}
