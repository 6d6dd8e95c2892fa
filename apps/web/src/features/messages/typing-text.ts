import type { Translate } from '../../i18n/translate.ts';

/** Who is typing: by name when they are few. */
export function typingText(names: readonly string[], count: number, t: Translate): string {
  const [first = '', second = ''] = names;
  if (count === 1) return t('typing.one', { name: first });
  if (count === 2) return t('typing.two', { first, second });
  return t('typing.many', { count });
}
