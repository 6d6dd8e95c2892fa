import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiParameters } from 'zod-openapi';
import { z } from 'zod';
import { version } from '../version.ts';
import { acceptance, creates, finds, type Operation, operations, result, takesBody } from './operations.ts';
import { eventPaths, eventTag } from './event-operations.ts';
import { exportPaths } from './export-operation.ts';
import { healthPaths, healthTag } from './health-operations.ts';
import { isPaged } from './links.ts';
import { problemResponses } from './problem-responses.ts';

const description = `The REST face of Parley, for callers that do not speak tRPC. Every call takes and gives JSON; what goes
wrong is told as a problem (RFC 9457) with a \`code\`. Sign in with \`POST /auth/login\`, and send the access token as
\`Authorization: Bearer\`. Servers send an API key in its place, and in \`X-Parley-User\` whom they act for; what a key needs
for a call is its scope there.`;

/** The OpenAPI document of the REST API. @param publicUrl where people reach the server */
export function openApiDocument(publicUrl: string): object {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const operation of operations) {
    const path = (paths[operation.rest.path] ??= {});
    path[operation.rest.method.toLowerCase()] = operationObject(operation);
  }
  return createDocument({
    openapi: '3.1.1',
    info: { title: 'Parley', version, description, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [
      { url: '/', description: 'The server that gave this document' },
      { url: publicUrl, description: 'Its public address' },
    ],
    security: [{ bearer: [] }],
    tags: [...new Set(operations.map(tagOf)), eventTag, healthTag].map((name) => ({ name })),
    paths: { ...paths, ...exportPaths, ...eventPaths, ...healthPaths },
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'API key',
          description: 'For servers only; never in a page.',
        },
        actsFor: {
          type: 'apiKey',
          in: 'header',
          name: 'X-Parley-User',
          description: 'The id of the person a server acts for.',
        },
      },
    },
  });
}

function tagOf({ name }: Operation): string {
  return name.split('.', 1)[0] ?? name;
}

function operationObject(operation: Operation): ZodOpenApiOperationObject {
  const { name, rest } = operation;
  return {
    operationId: name.replace('.', '_'),
    summary: rest.summary,
    tags: [tagOf(operation)],
    security: securityOf(operation),
    requestParams: parameters(operation),
    ...(takesBody(operation) ? { requestBody: requestBody(operation) } : {}),
    responses: { ...successResponses(operation), ...problemResponses(operation) },
  };
}

/** Any one of these is enough; a key with the scope that is named. */
function securityOf({ open, scope, keysOnly }: Operation): Record<string, string[]>[] {
  if (open) return [];
  const person = { bearer: [] };
  if (scope === null) return [person];
  return keysOnly ? [{ apiKey: [scope] }] : [person, { apiKey: [scope], actsFor: [] }];
}

/** The fields of the input that stand in the path, and the others. */
function fieldsOf({ input, pathFields }: Operation): { path: z.ZodRawShape; rest: z.ZodRawShape } {
  const fields = Object.entries<z.core.$ZodType>(input?.shape ?? {});
  const inPath = ([field]: readonly [string, unknown]) => pathFields.includes(field);
  return {
    path: Object.fromEntries(fields.filter(inPath)),
    rest: Object.fromEntries(fields.filter((entry) => !inPath(entry))),
  };
}

const IdempotencyKey = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[!-~]+$/)
  .meta({
    description:
      'Makes repeating the call harmless: a UUID is the id of the message, another key is made into one.',
  });
const IfNoneMatch = z
  .string()
  .meta({ description: 'The ETag of an answer one has; 304 when it still stands.' });

function parameters(operation: Operation): ZodOpenApiParameters {
  const { path, rest } = fieldsOf(operation);
  const header = {
    ...(operation.type === 'query' ? { 'If-None-Match': IfNoneMatch.optional() } : {}),
    ...(operation.name === 'messages.send' ? { 'Idempotency-Key': IdempotencyKey.optional() } : {}),
  };
  return {
    ...(Object.keys(path).length > 0 ? { path: z.object(path) } : {}),
    ...(!takesBody(operation) && Object.keys(rest).length > 0 ? { query: z.object(rest) } : {}),
    ...(Object.keys(header).length > 0 ? { header: z.object(header) } : {}),
  };
}

function requestBody(operation: Operation) {
  const schema = z.strictObject(fieldsOf(operation).rest);
  return { required: true, content: { 'application/json': { schema } } };
}

const headers = {
  location: { Location: { description: 'Where it can be read', schema: { type: 'string' as const } } },
  etag: { ETag: { description: 'Names this very answer', schema: { type: 'string' as const } } },
  link: {
    Link: {
      description: 'The pages beside this one, as RFC 8288 links',
      schema: { type: 'string' as const },
    },
  },
};

function successResponses(operation: Operation): ZodOpenApiOperationObject['responses'] {
  const { output, type, name } = operation;
  if (output instanceof z.ZodVoid) return { 204: { description: 'Done' } };
  const content = { 'application/json': { schema: result(operation) } };
  const accepted = acceptance(operation);
  if (type === 'query') {
    return {
      200: {
        description: 'The answer',
        content,
        headers: { ...headers.etag, ...(isPaged(name) ? headers.link : {}) },
      },
      304: { description: 'As it was' },
    };
  }
  if (!creates(operation)) return { 200: { description: 'As it is now', content } };
  return {
    ...(finds(operation) ? { 200: { description: 'It was there already', content } } : {}),
    201: { description: 'Made', content, headers: headers.location },
    ...(accepted === undefined
      ? {}
      : {
          202: {
            description: 'Accepted; something else has to happen first',
            content: { 'application/json': { schema: accepted } },
          },
        }),
  };
}
