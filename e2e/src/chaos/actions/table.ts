import type { Action } from './action.ts';
import { blockActions } from './blocks.ts';
import { groupActions } from './groups.ts';
import { joiningActions } from './joining.ts';
import { messageActions } from './messages.ts';
import { reactionActions } from './reactions.ts';
import { readingActions } from './reading.ts';
import { settingsActions } from './settings.ts';
import { threadActions } from './threads.ts';

/** Everything that people do in a run. */
export const actions = {
  ...messageActions,
  ...readingActions,
  ...groupActions,
  ...joiningActions,
  ...blockActions,
  ...settingsActions,
  ...reactionActions,
  ...threadActions,
} satisfies Record<string, Action>;
export type ActionName = keyof typeof actions;
