/** Makes something when it is first asked for, and keeps it. What `Intl` has takes milliseconds each on a phone. */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
