import { newId } from '@parley/contract';
import type { IncomingMessage } from 'node:http';

const plain = /^[\w.:-]{1,64}$/;

/** The id the request came with, when it is fit to stand in a log, or a fresh one. */
export function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && plain.test(given) ? given : newId();
}
