import type { User } from '@parley/contract';
import { useClient } from '@parley/sdk/react';
import { type ReactNode, useState } from 'react';
import { explain } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { toast } from '../../ui/toast.tsx';
import { nameOf } from '../users/names.ts';
import { BlockDialog } from './block-dialog.tsx';

/** Blocks people, after asking, and takes it back. `dialog` is to be rendered. */
export function useBlocking(): {
  readonly block: (person: User) => void;
  readonly unblock: (person: User) => void;
  readonly dialog: ReactNode;
} {
  const client = useClient();
  const { t } = useSpeech();
  const [asked, setAsked] = useState<User | null>(null);
  const unblock = (person: User) => {
    client.blocks.remove({ userId: person.id }).then(
      () => toast(t('block.undone', { name: nameOf(person, t) })),
      (error: unknown) => toast(explain(error, t)),
    );
  };
  const dialog = asked === null ? null : <BlockDialog person={asked} onClose={() => setAsked(null)} />;
  return { block: setAsked, unblock, dialog };
}
