/**
 * The text of a function with some of its parts replaced, to be created in place of the one there is.
 * @throws Error for a part that is not there exactly once
 */
export function changed(
  text: string,
  replacements: readonly (readonly [from: string, to: string])[],
): string {
  return replacements.reduce((before, [from, to]) => {
    if (before.split(from).length !== 2) throw new Error(`there is not one "${from}" in the function`);
    return before.replace(from, to);
  }, replacing(text));
}

/** The text of a function, to be created in place of the one there is. */
export function replacing(text: string): string {
  return text.replace(/create (or replace )?function/, 'create or replace function');
}
