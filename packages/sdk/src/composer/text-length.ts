import { limits } from '@parley/contract';

/** Characters left of what one message may have; negative when it is too long. */
export function charactersLeft(text: string): number {
  // Counting is slow for long texts, and a short one cannot be too long.
  if (text.length < limits.messageCharacters / 2) return limits.messageCharacters - text.length;
  let count = 0;
  for (const _ of text) count += 1;
  return limits.messageCharacters - count;
}

/** Whether a text can be sent. */
export function isSendable(text: string): boolean {
  return text.trim() !== '' && charactersLeft(text) >= 0;
}
