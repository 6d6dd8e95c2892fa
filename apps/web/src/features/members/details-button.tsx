import { PanelRight } from 'lucide-react';
import { useSpeech } from '../../i18n/provider.tsx';
import { PaneButton } from '../messages/pane-button.tsx';

/** Opens and closes what there is to know about a conversation. */
export function DetailsButton() {
  const { t } = useSpeech();
  return (
    <PaneButton pane="details" label={t('conversation.details')}>
      <PanelRight size={18} className="rtl:-scale-x-100" aria-hidden />
    </PaneButton>
  );
}
