/** Whether a page of this origin may call. Compared as it stands: no letter case, no port, no suffix is overlooked. */
export type OriginCheck = (origin: string) => boolean;

/** @param allowed null for any */
export function originCheck(allowed: readonly string[] | null): OriginCheck {
  if (allowed === null) return () => true;
  const known = new Set(allowed);
  return (origin) => known.has(origin);
}
