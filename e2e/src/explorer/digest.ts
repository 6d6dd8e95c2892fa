/**
 * Writes a state down so that two are the same exactly when nothing tells them apart. The names of calls and generations
 * only tell one from another, so they are numbered in the order of their appearance.
 */
export function digest(state: unknown): string {
  const names = new Map<string, number>();
  const parts: string[] = [];
  write(state, '', parts, names);
  return parts.join('');
}

const named = new Set(['call', 'generation']);
const left = new Set(['calls', 'written']);

function write(value: unknown, key: string, parts: string[], names: Map<string, number>): void {
  if (value === null || typeof value !== 'object') {
    const text =
      typeof value === 'string'
        ? value
        : typeof value === 'number'
          ? value.toString()
          : JSON.stringify(value);
    parts.push(named.has(key) && value !== null ? nameOf(`${key} ${text}`, names) : text, ',');
    return;
  }
  if (Array.isArray(value)) {
    parts.push('[');
    for (const item of value) write(item, '', parts, names);
    parts.push(']');
    return;
  }
  if (value instanceof Map) {
    parts.push('<');
    for (const [name, item] of [...value].sort(([a], [b]) => (a < b ? -1 : 1))) {
      parts.push(String(name), ':');
      write(item, '', parts, names);
    }
    parts.push('>');
    return;
  }
  if (value instanceof Set) {
    parts.push(
      [...value]
        .map(String)
        .toSorted((a, b) => (a < b ? -1 : 1))
        .join(),
      ';',
    );
    return;
  }
  parts.push('{');
  // A message says all about itself.
  if ('content' in value && 'position' in value) parts.push(String(value.position), String(value.content));
  else
    for (const [name, item] of Object.entries(value)) {
      if (left.has(name)) continue;
      parts.push(name, ':');
      write(item, name, parts, names);
    }
  parts.push('}');
}

function nameOf(name: string, names: Map<string, number>): string {
  const known = names.get(name);
  if (known !== undefined) return `#${known}`;
  names.set(name, names.size);
  return `#${names.size - 1}`;
}
