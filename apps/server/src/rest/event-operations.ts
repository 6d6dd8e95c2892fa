import type { ErrorCode } from '@parley/contract';
import { MessageWatch, PresenceOf, ReceiptsWatch, TypingWatch } from '@parley/contract/router';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { z } from 'zod';
import { problemsOf } from './problem-responses.ts';

export const eventTag = 'events';

const codes: readonly ErrorCode[] = [
  'MALFORMED_REQUEST',
  'INVALID_INPUT',
  'FORBIDDEN',
  'TOO_LARGE',
  'LIMITED',
  'INTERNAL',
  'UNAVAILABLE',
  'UNAUTHENTICATED',
];

const { conversationId, lastEventId } = MessageWatch.shape;

function operation(
  operationId: string,
  summary: string,
  description: string,
  scope: string,
  more: Pick<ZodOpenApiOperationObject, 'requestParams'> & { readonly codes?: readonly ErrorCode[] },
): { get: ZodOpenApiOperationObject } {
  const content = { 'text/event-stream': { schema: z.string() } };
  const responses = {
    200: { description: 'Server-sent events, without an end', content },
    ...problemsOf([...codes, ...(more.codes ?? [])]),
  };
  const { requestParams } = more;
  const parameters = requestParams === undefined ? {} : { requestParams };
  const security = [{ bearer: [] }, { apiKey: [scope], actsFor: [] }];
  return { get: { operationId, summary, description, tags: [eventTag], security, ...parameters, responses } };
}

/** The addresses that send events; a subscription stands behind each. */
export const eventPaths: ZodOpenApiPathsObject = {
  '/events': operation(
    'inbox_watch',
    'Everything that concerns the viewer, live',
    `Each event, named \`events\`, holds a JSON array as \`inbox.watch\` yields it. It begins with \`ready\`: where every
conversation stands, in pages, the last one with \`more: false\`. There is no resuming: compare with what you hold, and read
what you missed with \`GET /conversations/{conversationId}/changes\`. An event named \`error\` holds a problem, and is the last.`,
    'inbox:read',
    {},
  ),
  '/conversations/{conversationId}/events': operation(
    'messages_watch',
    'What changes in a conversation, live',
    `Events are named \`ready\`, \`changes\` and \`reset\`, and each has an id to resume with as \`Last-Event-ID\`: nothing is
missing then and nothing comes twice. \`changes\` holds rows to be put in place of those with the same id; after \`reset\`
what is held is void, and to be listed anew. An event named \`error\` holds a problem, and is the last.`,
    'messages:read',
    {
      requestParams: {
        path: z.object({ conversationId }),
        header: z.object({
          'Last-Event-ID': lastEventId.meta({ description: 'The id of the last event received' }),
        }),
      },
      codes: ['NOT_MEMBER'],
    },
  ),
  '/conversations/{conversationId}/typing/events': operation(
    'typing_watch',
    'Who else is typing in a conversation, live',
    `Each event, named \`typing\`, holds who is typing now: \`userIds\` of those who began first, and a \`count\` of all.
It is void after six seconds without another. An event named \`error\` holds a problem, and is the last.`,
    'typing:read',
    { requestParams: { path: TypingWatch }, codes: ['NOT_MEMBER'] },
  ),
  '/conversations/{conversationId}/receipts/events': operation(
    'receipts_watch',
    'How far the others have got and read a conversation, live',
    `It begins with \`ready\`: the receipts of everybody that the viewer may see, which comes again whenever somebody is not
among them any more, and replaces all. \`changed\` holds those that moved, and merges by maximum. One's own may be among them.
Only for conversations of at most 100 members. An event named \`error\` holds a problem, and is the last.`,
    'receipts:read',
    { requestParams: { path: ReceiptsWatch }, codes: ['NOT_MEMBER', 'CONFLICT'] },
  ),
  '/presence/away/events': operation(
    'presence_away',
    'Say that nobody looks, for as long as it is open',
    `It holds \`ready\`, and then nothing. Whoever has as many of these open as clients is away. An event named \`error\` holds
a problem, and is the last.`,
    'presence:write',
    {},
  ),
  '/presence/events': operation(
    'presence_watch',
    'Whether people are there, live',
    `It begins with \`ready\`, which holds the presence of everybody watched; those one shares no conversation with are left
out. \`changed\` holds that of one of them. \`userIds\` may stand in one parameter, too, between commas. An event named
\`error\` holds a problem, and is the last.`,
    'presence:read',
    { requestParams: { query: PresenceOf } },
  ),
};
