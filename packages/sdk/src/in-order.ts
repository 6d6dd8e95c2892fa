/** Orders texts by their code units, which is how times and ids are ordered. `localeCompare` would do it by a language, at length. */
export function inOrder(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
