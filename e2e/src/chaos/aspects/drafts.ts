import type { Aspect } from './aspect.ts';

/** What one has begun to write, on whichever device. */
export const drafts: Aspect = {
  shown: ({ client }) => Object.fromEntries(client.drafts.all.getSnapshot()),
  stored: ({ person }, truth) => Object.fromEntries(truth.drafts.get(person.userId) ?? []),
};
