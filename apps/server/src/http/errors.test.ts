import { ParleyError } from '@parley/contract';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { noteError, sendProblem } from './errors.ts';

async function answerTo(thrown: Error) {
  await using app = Fastify();
  app.setErrorHandler((error, request, reply) => sendProblem(request, reply, noteError(error, request)));
  app.get('/', () => Promise.reject(thrown));
  return await app.inject('/');
}

test.each(['LIMITED', 'UNAVAILABLE'] as const)('%s says when to come back', async (code) => {
  const { headers, statusCode } = await answerTo(new ParleyError(code, 'unable to answer; not now'));
  expect([statusCode, headers['retry-after']]).toEqual([code === 'LIMITED' ? 429 : 503, '1']);
});

test('what went wrong inside is not told', async () => {
  const { body, headers } = await answerTo(new TypeError('the secret is 42'));
  expect(JSON.parse(body)).toMatchObject({ status: 500, code: 'INTERNAL' });
  expect(body).not.toContain('42');
  expect(headers['retry-after']).toBeUndefined();
});

test('security, process: what a library lays at the door of the caller is no failure of the server', async () => {
  for (const statusCode of [402, 406, 416, 417, 451, 499]) {
    const { body } = await answerTo(Object.assign(new Error('not satisfiable'), { statusCode }));
    expect(JSON.parse(body)).toMatchObject({ status: 400, code: 'MALFORMED_REQUEST' });
  }
});
