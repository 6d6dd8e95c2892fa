import { ParleyError } from '@parley/contract';
import { dictionary } from '@zxcvbn-ts/language-common';

/**
 * The 18,000 of the most used passwords, as leaks have shown them, that are as long as ours have to be: the list that
 * zxcvbn-ts ships in `@zxcvbn-ts/language-common` (MIT), in lower case.
 */
const common: ReadonlySet<string> = new Set(
  dictionary['passwords-common'].filter((password) => password.length >= 8),
);

/**
 * Refuses a password that would be among the first to be tried. How it is made up is nobody's business otherwise.
 * @param field where it stands in the input
 * @param names what the account is known by
 * @throws INVALID_INPUT
 */
export function refuseGuessable(password: string, field: string, names: readonly string[]): void {
  const plain = folded(password);
  const fault = common.has(plain)
    ? 'must not be one of the passwords that are used most'
    : names.some((name) => isNamed(plain, folded(name)))
      ? 'must not be the username or the e-mail address'
      : null;
  if (fault === null) return;
  const fields = [{ path: field, message: fault }];
  throw new ParleyError('INVALID_INPUT', `unable to take the password; it ${fault}`, { fields });
}

function isNamed(password: string, name: string): boolean {
  return password === name || password === name.split('@', 1)[0];
}

function folded(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}
