import { z } from 'zod';

type Page = Readonly<Record<string, string>>;
type PageRelation = 'prev' | 'next';

const Messages = z.object({
  messages: z.array(z.object({ position: z.number() })),
  hasBefore: z.boolean(),
  hasAfter: z.boolean(),
});
const Conversations = z.object({ nextCursor: z.string().nullable() });
const Members = z.object({ nextAfter: z.string().nullable() });

/** What the pages beside an answer are asked for with, by the procedure that gave it. */
const neighbours: Readonly<Record<string, (answer: unknown) => [PageRelation, Page][]>> = {
  'messages.list': (answer) => {
    const { messages, hasBefore, hasAfter } = Messages.parse(answer);
    const [first, last] = [messages[0], messages.at(-1)];
    if (first === undefined || last === undefined) return [];
    return [
      ...(hasBefore ? [['prev', { before: String(first.position) }] satisfies [PageRelation, Page]] : []),
      ...(hasAfter ? [['next', { after: String(last.position) }] satisfies [PageRelation, Page]] : []),
    ];
  },
  'conversations.list': (answer) => {
    const { nextCursor } = Conversations.parse(answer);
    return nextCursor === null ? [] : [['next', { cursor: nextCursor }]];
  },
  'conversations.members': (answer) => {
    const { nextAfter } = Members.parse(answer);
    return nextAfter === null ? [] : [['next', { after: nextAfter }]];
  },
};

/** Whether answers of a procedure come in pages. */
export function isPaged(name: string): boolean {
  return Object.hasOwn(neighbours, name);
}

/** The `Link` header (RFC 8288) to the pages beside an answer; null when there are none. */
export function linkHeader(name: string, url: string, answer: unknown): string | null {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const limit = searchParams.get('limit');
  const links = (neighbours[name]?.(answer) ?? []).map(([relation, page]) => {
    const query = new URLSearchParams({ ...page, ...(limit === null ? {} : { limit }) });
    return `<${pathname}?${query.toString()}>; rel="${relation}"`;
  });
  return links.length === 0 ? null : links.join(', ');
}
