import type { FastifyInstance, FastifyRequest } from 'fastify';
import { decodeUtf8, jsonFault, malformedJson } from '../json.ts';

type Done = (error: Error | null, body?: unknown) => void;

/**
 * Takes JSON in UTF-8 as a body and nothing else, and refuses what `jsonFault` finds before it is parsed.
 * @param parse makes of the text what handlers get; the text is empty where the body is
 */
export function takeJson(
  app: FastifyInstance,
  parse: (request: FastifyRequest, text: string, done: Done) => void,
): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const text = decodeUtf8(body);
    if (text === null) return done(malformedJson('it is not UTF-8'));
    const fault = jsonFault(text);
    return fault === null ? parse(request, text, done) : done(malformedJson(fault));
  });
}
