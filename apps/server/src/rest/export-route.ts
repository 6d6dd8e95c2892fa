import { type ExportLine, ParleyError } from '@parley/contract';
import type { Engine } from '@parley/engine';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import type { ReadClient } from '../http/client-info.ts';
import { authenticateBearer } from '../http/context.ts';

/** The download of one's own data: a stream of lines, which is neither a query's answer nor events. */
export const exportRoute = {
  name: 'auth.exportData',
  path: '/auth/export',
  type: 'application/x-ndjson',
} as const;

/** For the reader to take what waits, in milliseconds. */
const stalledMs = 60_000;
const chunkCharacters = 16 * 1024;

/** Sends the lines as they are read: no more is read ahead than a reader is about to take. */
export function exportHandler({ engine, readClient }: { engine: Engine; readClient: ReadClient }) {
  return async ({ raw }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const client = readClient(raw);
    const { userId, sessionId, key } = await authenticateBearer(engine, raw, client);
    if (key !== undefined) {
      throw new ParleyError('FORBIDDEN', `unable to call ${exportRoute.name}; it is not for API keys`);
    }
    const viewer = { userId, sessionId };
    await engine.limits.admit({ path: exportRoute.name, viewer, client, getRawInput: async () => undefined });
    const lines = await engine.services.auth.exportData(client, viewer);
    reply.raw.setTimeout(stalledMs, () => void raw.socket.destroy());
    reply
      .header('cache-control', 'no-store')
      .header('content-disposition', 'attachment; filename="parley.ndjson"');
    return reply.type(exportRoute.type).send(Readable.from(chunksOf(lines), { objectMode: false }));
  };
}

async function* chunksOf(lines: AsyncIterable<ExportLine>): AsyncGenerator<string> {
  let text = '';
  for await (const line of lines) {
    text += `${JSON.stringify(line)}\n`;
    if (text.length < chunkCharacters) continue;
    yield text;
    text = '';
  }
  yield text;
}
