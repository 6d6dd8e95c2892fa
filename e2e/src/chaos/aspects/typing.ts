import type { Aspect } from './aspect.ts';

/** Nobody is typing any more where somebody looks: what was said of it is over, also what was never taken back. */
export const typing: Aspect = {
  shown: ({ looking }) => looking?.typing.getSnapshot().userIds ?? [],
  stored: () => [],
};
