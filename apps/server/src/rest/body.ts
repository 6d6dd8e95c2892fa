import type { FastifyInstance } from 'fastify';
import { jsonFault, malformedJson } from '../json.ts';

/** Takes JSON as a body and nothing else; an empty one, which some clients send with a media type, is none. */
export function acceptJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = String(body);
    const fault = jsonFault(text);
    if (text === '') done(null, undefined);
    else if (fault !== null) done(malformedJson(fault));
    else void parse(request, text, done);
  });
}
