import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { useSpeech } from '../i18n/provider.tsx';
import { iconButtonClass } from './icon-button.tsx';
import { useOpener } from './use-opener.ts';

const overlay = 'fixed inset-0 z-30 animate-appear bg-overlay';

/** A dialog that is open for as long as it is there; Escape and a click beside it close it. */
export function Dialog(props: { title: string; onClose: () => void; children: ReactNode }) {
  const { t } = useSpeech();
  const onCloseAutoFocus = useFocusBack();
  return (
    <Radix.Root open onOpenChange={(open) => !open && props.onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={overlay} />
        <Radix.Content
          aria-describedby={undefined}
          onCloseAutoFocus={onCloseAutoFocus}
          className="fixed top-1/2 left-1/2 z-30 flex max-h-[min(640px,calc(100dvh-24px))] w-[min(440px,calc(100vw-24px))] -translate-1/2 animate-appear flex-col gap-4 rounded-2xl bg-raised p-5 text-fg shadow-floating"
        >
          <Radix.Title className="pe-8 text-base font-semibold">{props.title}</Radix.Title>
          {props.children}
          {/* Last, so that the focus begins with what the dialog is for. */}
          <Radix.Close aria-label={t('action.close')} className={iconButtonClass('absolute end-3.5 top-3.5')}>
            <X size={18} aria-hidden />
          </Radix.Close>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** The buttons at the end of a dialog. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="flex justify-end gap-2">{children}</div>;
}

/** A dialog near the top of the screen that brings its own head. */
export function TopDialog(props: { title: string; onClose: () => void; children: ReactNode }) {
  const onCloseAutoFocus = useFocusBack();
  return (
    <Radix.Root open onOpenChange={(open) => !open && props.onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={overlay} />
        <Radix.Content
          aria-describedby={undefined}
          onCloseAutoFocus={onCloseAutoFocus}
          className="fixed top-[min(14dvh,120px)] left-1/2 z-30 flex max-h-[min(480px,70dvh)] w-[min(600px,calc(100vw-24px))] -translate-x-1/2 animate-appear flex-col overflow-hidden rounded-2xl bg-raised text-fg shadow-floating"
        >
          <Radix.Title className="sr-only">{props.title}</Radix.Title>
          {props.children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** By itself a dialog only gives it back to a button that it knows of. */
function useFocusBack(): (event: Event) => void {
  const giveBack = useOpener();
  return (event) => {
    event.preventDefault();
    giveBack();
  };
}
