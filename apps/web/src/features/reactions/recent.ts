const KEY = 'parley.emoji';
const KEPT = 24;
/** What people use most, for whoever has used none. */
const usual = ['👍', '❤️', '😂', '🎉', '😮', '😢', '🙏', '👀'];

/** The emoji used on this device, the latest first, and then those people use most. */
export function recentEmoji(): readonly string[] {
  return [...new Set([...used(), ...usual])].slice(0, KEPT);
}

/** Remembers that an emoji was used. */
export function rememberEmoji(emoji: string): void {
  const recent = [...new Set([emoji, ...used()])].slice(0, KEPT);
  try {
    localStorage.setItem(KEY, JSON.stringify(recent));
  } catch {
    // The device keeps nothing: then nothing is recent.
  }
}

function used(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((emoji) => typeof emoji === 'string') : [];
  } catch {
    return [];
  }
}
