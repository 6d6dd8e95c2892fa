import { useSpeech } from '../../i18n/provider.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ShortcutList } from './shortcut-list.tsx';

/** The list of shortcuts, from everywhere. */
export default function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useSpeech();
  return (
    <Dialog title={t('shortcuts.title')} onClose={onClose}>
      {/* Longer than a low screen: the keyboard scrolls what can be focused. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section className="-mx-2 overflow-y-auto px-2" tabIndex={0} aria-label={t('shortcuts.title')}>
        <ShortcutList />
      </section>
    </Dialog>
  );
}
