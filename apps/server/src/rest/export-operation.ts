import type { ExportLine } from '@parley/contract';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { z } from 'zod';
import { exportRoute } from './export-route.ts';
import { problemsOf } from './problem-responses.ts';

/** What the lines of each type are of, between the first and the last: all types that the contract has. */
const lineTypes = {
  profile: 'the own account',
  session: 'the own sessions, ended ones too',
  conversation: 'conversations one is or was in, with the own membership',
  message:
    'messages one wrote, with the notices of what one did in groups, which `counts.messages` leaves out',
  thread: 'threads one follows or followed',
  reaction: 'what one reacted with',
  saved: 'messages one has saved',
  settings: 'what one has set for conversations',
  draft: 'what one has begun to write',
  block: 'whom one has blocked',
  invitation: 'invitations one made, without their tokens',
  audit: 'what the audit log has of oneself',
} satisfies Record<Exclude<ExportLine['type'], 'export' | 'end'>, string>;

const listed = Object.entries(lineTypes).map(([type, what]) => `- \`${type}\`: ${what}`);

/** The download of one's own data, as the OpenAPI document has it. */
export const exportPaths: ZodOpenApiPathsObject = {
  [exportRoute.path]: {
    get: {
      operationId: exportRoute.name.replace('.', '_'),
      summary: 'Download all of the own data, a JSON object a line',
      description: `The first line, of type \`export\`, says how much there is; the last one, of type \`end\`, how many lines
came before it: without it the download was cut. Between them are lines of these types:

${listed.join('\n')}`,
      tags: ['auth'],
      responses: {
        200: { description: 'Lines of JSON', content: { [exportRoute.type]: { schema: z.string() } } },
        ...problemsOf([
          ...(['MALFORMED_REQUEST', 'INVALID_INPUT', 'FORBIDDEN', 'TOO_LARGE', 'LIMITED'] as const),
          ...(['INTERNAL', 'UNAVAILABLE', 'UNAUTHENTICATED'] as const),
        ]),
      },
    },
  },
};
