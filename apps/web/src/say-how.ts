import type { PlainKey } from './i18n/catalog.ts';
import type { Translate } from './i18n/translate.ts';
import { explain, hasCode } from './explain.ts';
import { toast } from './ui/toast.tsx';

/** Says how something ended: that it is done, that there are too many where there can be, or what else went wrong. */
export function sayHow(
  work: Promise<unknown>,
  t: Translate,
  { said, tooMany }: { readonly said: PlainKey; readonly tooMany?: PlainKey },
): void {
  work.then(
    () => toast(t(said)),
    (error: unknown) =>
      toast(tooMany !== undefined && hasCode(error, 'CONFLICT') ? t(tooMany) : explain(error, t)),
  );
}
