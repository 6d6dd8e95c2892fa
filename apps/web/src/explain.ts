import { type ErrorCode, ParleyError } from '@parley/sdk';

const known: Partial<Record<ErrorCode, string>> = {
  WRONG_CREDENTIALS: 'That name and password do not go together.',
  EMAIL_TAKEN: 'There is an account with this e-mail address already.',
  USERNAME_TAKEN: 'This username is taken.',
  UNAVAILABLE: 'The server cannot be reached. Try again in a moment.',
  LIMITED: 'Too many attempts. Try again in a moment.',
  OUTDATED: 'Parley has been updated. Load this page anew.',
  NOT_MEMBER: 'You are not in this conversation.',
  INTERNAL: 'Something went wrong on the server.',
};

/** What went wrong, in a sentence for the person in front of the screen. */
export function explain(error: unknown): string {
  if (!(error instanceof ParleyError)) return 'Something went wrong.';
  const reason = error.message.replace(/^unable to [^;]*;\s*/, '');
  return known[error.code] ?? `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
}

/** What is wrong with one field of a form; undefined when nothing is. */
export function faultOf(error: unknown, field: string): string | undefined {
  if (!(error instanceof ParleyError)) return undefined;
  const fault = error.fields.find(({ path }) => path === field)?.message;
  return fault === undefined ? undefined : `It ${fault}.`;
}
