import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { z } from 'zod';
import { exportRoute } from './export-route.ts';
import { problemsOf } from './problem-responses.ts';

/** The download of one's own data, as the OpenAPI document has it. */
export const exportPaths: ZodOpenApiPathsObject = {
  [exportRoute.path]: {
    get: {
      operationId: exportRoute.name.replace('.', '_'),
      summary: 'Download all of the own data, a JSON object a line',
      description: `The first line, of type \`export\`, says how much there is; the last one, of type \`end\`, how many lines
came before it: without it the download was cut. Between them are lines of type \`profile\`, \`session\`, \`conversation\`,
\`message\`, \`block\` and \`audit\`.`,
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
