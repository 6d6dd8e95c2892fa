import { z } from 'zod';
import { MessageView } from '../messages/schema.ts';
import { Id } from '../text.ts';

export const PinList = z.strictObject({ conversationId: Id });
export type PinList = z.infer<typeof PinList>;

/** The pinned messages of a conversation that one may see, the one pinned last first. */
export const Pins = z.strictObject({ messages: z.array(MessageView) }).meta({ id: 'Pins' });
export type Pins = z.infer<typeof Pins>;
