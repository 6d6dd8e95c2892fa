import { z } from 'zod';
import { Id } from '../text.ts';

export const TypingSet = z.strictObject({ conversationId: Id, typing: z.boolean() });
export type TypingSet = z.infer<typeof TypingSet>;

export const TypingWatch = z.strictObject({ conversationId: Id });
export type TypingWatch = z.infer<typeof TypingWatch>;
