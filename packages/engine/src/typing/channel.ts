import { parsePayload } from '../feeds/events.ts';

const prefix = 't:';

export function typingChannel(conversationId: string): string {
  return prefix + conversationId;
}

export function roomOf(channel: string): string {
  return channel.slice(prefix.length);
}

/** Somebody began to type, goes on, or stopped. */
export interface TypingWord {
  readonly userId: string;
  readonly typing: boolean;
}

export function typingPayload({ userId, typing }: TypingWord): string {
  return JSON.stringify({ userId, typing });
}

/** What a payload says; null when it is not one of `typingPayload`. */
export function parseTyping(payload: string): TypingWord | null {
  const word = parsePayload(payload);
  return isWord(word) ? { userId: word.userId, typing: word.typing } : null;
}

function isWord(value: unknown): value is TypingWord {
  return (
    typeof value === 'object' &&
    value !== null &&
    'userId' in value &&
    typeof value.userId === 'string' &&
    'typing' in value &&
    typeof value.typing === 'boolean'
  );
}
