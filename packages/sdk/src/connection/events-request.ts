import { isErrorCode, ParleyError } from '@parley/contract';
import { isObject } from '../is-object.ts';
import { readWait } from './errors.ts';
import { headersFor } from './http.ts';
import { serverSentEvents } from './server-sent-events.ts';

const OPEN_WITHIN_MS = 10_000;
/** The server says something every 15 seconds. */
const HEARD_WITHIN_MS = 40_000;

export interface EventsRequest {
  readonly url: string;
  readonly accessToken: string | null;
  readonly signal: AbortSignal;
  /** The server has accepted it. */
  readonly onStarted: () => void;
  readonly onData: (data: unknown) => void;
}

/**
 * Follows a subscription that is sent as server-sent events, until the server ends it or `signal` does. Not by an
 * EventSource: that would have to put the credentials into the address.
 * @throws ParleyError as the server says; UNAVAILABLE when it cannot be reached or falls silent
 */
export async function followEvents({
  url,
  accessToken,
  signal,
  onStarted,
  onData,
}: EventsRequest): Promise<void> {
  const stop = new AbortController();
  const end = () => stop.abort();
  signal.addEventListener('abort', end, { once: true });
  let silence = setTimeout(end, OPEN_WITHIN_MS);
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(end, HEARD_WITHIN_MS);
  };
  try {
    const headers = { ...headersFor(accessToken), accept: 'text/event-stream' };
    const response = await fetch(url, { headers, signal: stop.signal, cache: 'no-store' });
    if (!response.ok || response.body === null) throw errorOf(await response.json());
    heard();
    onStarted();
    for await (const { name, data } of serverSentEvents(response.body, heard)) {
      const value: unknown = JSON.parse(data);
      if (name === 'error') throw errorOf(value);
      onData(value);
    }
  } finally {
    clearTimeout(silence);
    signal.removeEventListener('abort', end);
    stop.abort();
  }
}

/** The error in a problem (RFC 9457). */
export function errorOf(problem: unknown): ParleyError {
  const { code, detail, retryAfterMs } = isObject(problem) ? problem : {};
  return new ParleyError(
    isErrorCode(code) ? code : 'UNAVAILABLE',
    typeof detail === 'string' ? detail : 'unable to receive events',
    { retryAfterMs: readWait(retryAfterMs) },
  );
}
