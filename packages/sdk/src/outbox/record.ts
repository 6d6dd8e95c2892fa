import { isErrorCode, type MessageExtras, ParleyError } from '@parley/contract';
import { isObject } from '../is-object.ts';
import type { Queued } from './queue.ts';

/** A queued message as it is kept: an error does not survive being cloned. */
export function recordOf({ message, order }: Queued): unknown {
  const { error, ...rest } = message;
  return { ...rest, order, error: error === null ? null : { code: error.code, message: error.message } };
}

/** Reads what was kept; null for what makes no sense, as another release may have written another shape. */
export function parseRecord(value: unknown): Queued | null {
  if (!isObject(value)) return null;
  const { id, conversationId, content, createdAt, status, order, error, extras } = value;
  const known =
    typeof id === 'string' &&
    typeof conversationId === 'string' &&
    typeof content === 'string' &&
    typeof createdAt === 'string' &&
    typeof order === 'number' &&
    (status === 'sending' || status === 'failed');
  if (!known) return null;
  const body = { id, conversationId, content, extras: parseExtras(extras) };
  return { order, message: { ...body, createdAt, status, error: parseError(error) } };
}

/** An earlier release kept none; what makes no sense is left out. */
function parseExtras(value: unknown): MessageExtras {
  if (!isObject(value)) return {};
  const { replyTo, thread, mentions, mentionsAll } = value;
  return {
    ...(typeof replyTo === 'string' && { replyTo }),
    ...(typeof thread === 'string' && { thread }),
    ...(isTexts(mentions) && { mentions }),
    ...(mentionsAll === true && { mentionsAll }),
  };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function parseError(value: unknown): ParleyError | null {
  if (!isObject(value) || !isErrorCode(value['code']) || typeof value['message'] !== 'string') return null;
  return new ParleyError(value['code'], value['message']);
}
