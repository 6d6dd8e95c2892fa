import type { Aspect } from './aspect.ts';

/** Which messages one has saved and may still see. */
export const saved: Aspect = {
  shown({ client }) {
    const { status, saved: listed } = client.saved.list.getSnapshot();
    const rows = listed.map(({ message: { conversationId, position }, savedAt }) => ({
      conversationId,
      position,
      savedAt,
    }));
    return { status, rows };
  },
  stored: ({ person }, truth) => ({
    status: 'ready',
    rows: (truth.saved.get(person.userId) ?? []).filter(({ conversationId, position }) => {
      const member = truth.conversations.get(conversationId)?.members.get(person.userId);
      return member !== undefined && position > member.hidden;
    }),
  }),
};
