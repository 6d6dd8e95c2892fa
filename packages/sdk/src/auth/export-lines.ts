import { type ExportLine, ParleyError } from '@parley/contract';
import { toParleyError } from '../connection/errors.ts';
import { errorOf } from '../connection/events-request.ts';
import { headersFor } from '../connection/http.ts';
import { isObject } from '../is-object.ts';

const HEARD_WITHIN_MS = 30_000;

/**
 * Downloads an export as it is read. Leaving the loop ends the download.
 * @throws ParleyError as the server says; UNAVAILABLE when it cannot be reached, falls silent, or the last line is missing
 */
export async function* exportLines(url: string, accessToken: string | null): AsyncGenerator<ExportLine> {
  const stop = new AbortController();
  try {
    const headers = { ...headersFor(accessToken), accept: 'application/x-ndjson' };
    const response = await inTime(fetch(url, { headers, signal: stop.signal, cache: 'no-store' }), stop);
    if (!response.ok || response.body === null) throw errorOf(await response.json());
    let lines = 0;
    for await (const text of linesOf(response.body, stop)) {
      const line: unknown = JSON.parse(text);
      if (!isLine(line)) break;
      if (line.type === 'end' && line.lines !== lines) break;
      yield line;
      if (line.type === 'end') return;
      lines += 1;
    }
    throw new ParleyError('UNAVAILABLE', 'unable to export; the download was cut');
  } catch (error) {
    throw toParleyError(error);
  } finally {
    stop.abort();
  }
}

async function* linesOf(body: ReadableStream<Uint8Array>, stop: AbortController): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { value, done } = await inTime(reader.read(), stop);
    if (done) return;
    const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

/** Only while something is waited for: whoever reads may take their time. */
async function inTime<T>(waiting: Promise<T>, stop: AbortController): Promise<T> {
  const timer = setTimeout(() => stop.abort(), HEARD_WITHIN_MS);
  try {
    return await waiting;
  } finally {
    clearTimeout(timer);
  }
}

function isLine(value: unknown): value is ExportLine {
  return isObject(value) && typeof value['type'] === 'string';
}
