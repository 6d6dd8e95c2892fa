import { useSpeech } from '../../i18n/provider.tsx';
import { TextField } from '../../ui/text-field.tsx';

/** Where the address of a picture is written, of a person or a group. */
export function PictureField(props: {
  value: string;
  onChange: (value: string) => void;
  fault: string | undefined;
}) {
  const { t } = useSpeech();
  return (
    <TextField
      label={t('settings.avatar')}
      name="avatar"
      type="url"
      inputMode="url"
      autoComplete="off"
      dir="ltr"
      value={props.value}
      onChange={(event) => props.onChange(event.target.value)}
      hint={t('settings.avatar.hint')}
      fault={props.fault}
    />
  );
}
