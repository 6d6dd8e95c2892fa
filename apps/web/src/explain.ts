import { type ErrorCode, ParleyError } from '@parley/sdk';
import type { PlainKey } from './i18n/catalog.ts';
import type { Translate } from './i18n/translate.ts';

const known: Partial<Record<ErrorCode, PlainKey>> = {
  WRONG_CREDENTIALS: 'error.WRONG_CREDENTIALS',
  EMAIL_TAKEN: 'error.EMAIL_TAKEN',
  USERNAME_TAKEN: 'error.USERNAME_TAKEN',
  EMAIL_NOT_VERIFIED: 'error.EMAIL_NOT_VERIFIED',
  UNAVAILABLE: 'error.UNAVAILABLE',
  LIMITED: 'error.LIMITED',
  OUTDATED: 'error.OUTDATED',
  NOT_MEMBER: 'error.NOT_MEMBER',
  INTERNAL: 'error.INTERNAL',
};

/** What went wrong, in a sentence for the person in front of the screen. */
export function explain(error: unknown, t: Translate): string {
  if (!(error instanceof ParleyError)) return t('error.unknown');
  const key = known[error.code];
  if (key !== undefined) return t(key);
  const reason = error.message.replace(/^unable to [^;]*;\s*/, '');
  return t('error.because', { reason: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}` });
}

/** What is wrong with one field of a form; undefined when nothing is. */
export function faultOf(error: unknown, field: string, t: Translate): string | undefined {
  if (!(error instanceof ParleyError)) return undefined;
  const fault = error.fields.find(({ path }) => path === field)?.message;
  return fault === undefined ? undefined : t('error.field', { fault });
}

export function hasCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof ParleyError && error.code === code;
}
