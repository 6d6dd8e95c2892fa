import type { Aspect } from './aspect.ts';
import { blocks } from './blocks.ts';
import { conversations } from './conversations.ts';
import { drafts } from './drafts.ts';
import { members } from './members.ts';
import { messages } from './messages.ts';
import { receipts } from './receipts.ts';
import { saved } from './saved.ts';
import { threads } from './threads.ts';
import { typing } from './typing.ts';

/** All that is compared in the end. */
export const aspects = {
  conversations,
  messages,
  members,
  blocks,
  drafts,
  saved,
  receipts,
  threads,
  typing,
} satisfies Record<string, Aspect>;

export type AspectName = keyof typeof aspects;
