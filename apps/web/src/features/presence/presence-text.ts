import type { Presence } from '@parley/contract';
import type { Speech } from '../../i18n/speech.ts';

/** Whether somebody is there, in words; nothing while it is not known. */
export function presenceText(
  presence: Presence | undefined,
  { t, formats }: Pick<Speech, 't' | 'formats'>,
  now: Date,
): string {
  if (presence === undefined) return '';
  if (presence.status === 'online') return t('presence.online');
  if (presence.status === 'away') return t('presence.away');
  if (presence.lastSeen === null) return t('presence.offline');
  return t('presence.lastSeen', { when: formats.ago(presence.lastSeen, now) });
}
