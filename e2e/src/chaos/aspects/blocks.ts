import type { Aspect } from './aspect.ts';

/** Whom one has blocked. */
export const blocks: Aspect = {
  shown({ client }) {
    const { status, blocks: listed } = client.blocks.list.getSnapshot();
    return { status, since: Object.fromEntries(listed.map(({ user, blockedAt }) => [user.id, blockedAt])) };
  },
  stored: ({ person }, truth) => ({
    status: 'ready',
    since: Object.fromEntries(truth.blocks.get(person.userId) ?? []),
  }),
};
