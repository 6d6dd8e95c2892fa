import { z } from 'zod';

/** Unicode code points, which is what a person would count as characters (joined emoji count their parts). */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** Whether PostgreSQL can store the text and give it back byte for byte: no NUL, no lone surrogate. */
function storable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** Text that is kept as it was written: at most `max` code points, not blank. */
export function writtenText(max: number) {
  return z
    .string()
    .refine((text) => text.length <= max || (text.length <= 2 * max && codePoints(text) <= max), {
      error: `must have at most ${max} characters`,
    })
    .refine((text) => text.trim() !== '', { error: 'must not be blank' })
    .refine(storable, { error: 'must be well-formed Unicode without NUL' })
    .meta({ minLength: 1, maxLength: max });
}

/** Text that is looked up or compared, not kept, such as a token: of a bounded length, and well-formed. */
export function givenText(max: number) {
  return z.string().min(1).max(max).refine(storable, { error: 'must be well-formed Unicode without NUL' });
}

/** A short label such as a title or a name: trimmed, otherwise like `writtenText`. */
export function labelText(max: number) {
  return z.string().trim().pipe(writtenText(max));
}

/** An id: any UUID, in lower case. */
export const Id = z.uuid({ error: 'must be a UUID' }).toLowerCase();

/** An http(s) address, as for an avatar. */
export const HttpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .max(2048)
  // Such an address would be read by overlooking what is in it.
  .refine((address) => !/[\s\p{Cc}\p{Cs}]/u.test(address), {
    error: 'must have no blanks, no control characters and no lone surrogates',
  });

/** A point in time as ISO 8601 in UTC, with milliseconds. */
export const Timestamp = z.iso.datetime();

/** A count, a position, an ordinal or a seq: an integer from 0. */
export const Count = z.int().min(0);
