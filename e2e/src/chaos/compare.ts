/** Lines there are at most: a few tell most, and more of the same would hide them. */
const MOST = 12;

/**
 * Where what is shown differs from what is stored, a line each: `messages.12.content: "b" instead of "a"`. A property that
 * is undefined is one that is not there.
 */
export function differencesBetween(shown: unknown, stored: unknown): string[] {
  const found: string[] = [];
  walk(shown, stored, '', found);
  const rest = found.length - MOST;
  return rest > 0 ? [...found.slice(0, MOST), `and ${rest} more`] : found;
}

function walk(shown: unknown, stored: unknown, path: string, found: string[]): void {
  if (Object.is(shown, stored)) return;
  if (!isTree(shown) || !isTree(stored)) {
    found.push(`${path}: ${say(shown)} instead of ${say(stored)}`);
    return;
  }
  if (Array.isArray(shown) !== Array.isArray(stored)) {
    found.push(`${path}: ${say(shown)} instead of ${say(stored)}`);
    return;
  }
  for (const key of new Set([...Object.keys(shown), ...Object.keys(stored)]))
    walk(shown[key], stored[key], path === '' ? key : `${path}.${key}`, found);
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function say(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
