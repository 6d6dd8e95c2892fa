import type { FastifyInstance } from 'fastify';
import { takeJson } from '../http/json-body.ts';

/** Takes JSON as a body and nothing else; an empty one, which some clients send with a media type, is none. */
export function acceptJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  takeJson(app, (request, text, done) => {
    if (text === '') done(null, undefined);
    else void parse(request, text, done);
  });
}
