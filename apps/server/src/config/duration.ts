const seconds = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 } as const;

/** Reads `90`, `90s`, `15m`, `12h`, `7d` or `2w` as whole seconds; null when it is none of these or is zero. */
export function parseDuration(text: string): number | null {
  const read = /^(\d{1,9})(s|m|h|d|w)?$/.exec(text);
  if (read === null) return null;
  const [, count, unit = 's'] = read;
  const factor = Object.entries(seconds).find(([name]) => name === unit)?.[1] ?? 1;
  const total = Number(count) * factor;
  return total > 0 ? total : null;
}
