/** The names of some files of a build, and of all that those import, not counting what is fetched later. */
export function withImports(
  outputs: readonly { readonly fileName: string; readonly imports?: readonly string[] }[],
  names: Iterable<string>,
): ReadonlySet<string> {
  const byName = new Map(outputs.map((output) => [output.fileName, output]));
  const found = new Set<string>();
  const add = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    byName.get(name)?.imports?.forEach(add);
  };
  for (const name of names) add(name);
  return found;
}
