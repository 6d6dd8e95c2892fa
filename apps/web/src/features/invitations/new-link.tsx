import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { Button } from '../../ui/button.tsx';
import { inputClass } from '../../ui/text-field.tsx';
import { invitationLink } from './link.ts';

/** A link that was just made: it is shown this once. */
export function NewLink({ token, onAnother }: { token: string; onAnother: () => void }) {
  const { t } = useSpeech();
  const [copied, setCopied] = useState(false);
  const link = invitationLink(token);
  const copy = () => {
    // Where it is not allowed the link can be selected.
    navigator.clipboard.writeText(link).then(
      () => setCopied(true),
      () => {},
    );
  };
  return (
    <div className="grid gap-3">
      <p className="text-sm text-soft">{t('invitations.once')}</p>
      <div className="flex gap-2">
        <input
          className={inputClass}
          aria-label={t('invitations.link')}
          dir="ltr"
          readOnly
          value={link}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button kind="primary" className="h-10" onClick={copy}>
          {copied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
          {copied ? t('invitations.copied') : t('invitations.copy')}
        </Button>
      </div>
      <div>
        <Button kind="quiet" onClick={onAnother}>
          {t('invitations.another')}
        </Button>
      </div>
    </div>
  );
}
