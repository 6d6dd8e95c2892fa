import { newId } from '@parley/contract';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus } from '../bus/bus.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Log } from '../log.ts';
import { Heartbeat } from './heartbeat.ts';
import {
  forgetExpiredServers,
  forgetServer,
  type LivingServer,
  livingServers,
  lockServers,
  type ServerRow,
  upsertServer,
} from './queries.ts';

/** The process that a server runs as. */
export interface ServerProcess {
  /** Names the machine and what shares its process ids; processes with the same one can see each other. */
  readonly host: string;
  readonly pid: number;
  /** Tells the process from an earlier one with the same id. */
  readonly start: string;
  /** Whether a process of the same host still lives. */
  lives(pid: number, start: string): Promise<boolean>;
}

export interface EnlistOptions {
  readonly connectionString: string;
  readonly bus: Bus['kind'];
  readonly process: ServerProcess;
  /** Between two signs of life, in milliseconds. */
  readonly everyMs: number;
  readonly log: Log;
}

/** After so many missed signs of life a server counts as gone. */
const missedBeats = 4;

/**
 * Makes this server known in the database for as long as it lives. Servers on the memory bus would silently not hear
 * others, so one of them stands alone. What a killed server left behind is seen through at once on the same host, and
 * waited out otherwise. Disposing takes the server off the list.
 * @throws Error when another server lives that this one would not hear
 */
export async function enlistServer(options: EnlistOptions): Promise<AsyncDisposable> {
  const { connectionString, log, bus, everyMs, process } = options;
  const db = openDatabase(connectionString, 1, log);
  const row = { id: newId(), bus, host: process.host, pid: process.pid, process_start: process.start };
  const aliveMs = everyMs * missedBeats;
  try {
    await untilAlone(db, row, aliveMs, options);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return new Heartbeat(db, log, everyMs, {
    beat: () => upsertServer(db, row, aliveMs),
    end: () => forgetServer(db, row.id),
  });
}

async function untilAlone(
  db: Database,
  row: ServerRow,
  aliveMs: number,
  { process, everyMs, log }: EnlistOptions,
): Promise<void> {
  const firstSeen = new Map<string, number>();
  for (;;) {
    const rivals = await enlistUnlessBeside(db, row, aliveMs);
    if (rivals.length === 0) return;
    for (const rival of rivals) {
      if (rival.host === row.host) {
        if (await process.lives(rival.pid, rival.process_start)) throw unheard(row, rival);
        await forgetServer(db, rival.id);
      } else {
        // Nobody can look at a process elsewhere: it lives if it gives another sign of life.
        const until = rival.alive_until.getTime();
        if (until > (firstSeen.get(rival.id) ?? until)) throw unheard(row, rival);
        if (!firstSeen.has(rival.id))
          log.warn({ host: rival.host }, 'waiting to see whether another server lives');
        firstSeen.set(rival.id, until);
      }
    }
    if (firstSeen.size > 0) await sleep(everyMs / 10);
  }
}

/** Writes the row and returns nothing, or returns those living that the server would not hear. */
function enlistUnlessBeside(db: Database, row: ServerRow, aliveMs: number): Promise<LivingServer[]> {
  return inTransaction(db, async (trx) => {
    await lockServers(trx);
    await forgetExpiredServers(trx);
    const others = await livingServers(trx);
    const rivals = others.filter((other) => row.bus === 'memory' || other.bus === 'memory');
    if (rivals.length === 0) await upsertServer(trx, row, aliveMs);
    return rivals;
  });
}

function unheard(row: ServerRow, rival: ServerRow): Error {
  const [host = ''] = rival.host.split(' ', 1);
  const where = rival.host === row.host ? `process ${rival.pid}` : `process ${rival.pid} on ${host}`;
  const why =
    row.bus === 'memory'
      ? 'this one would not hear it with BUS=memory; stop it, or give both a Redis'
      : 'it would not hear this one, as it has BUS=memory; stop it, or give it the same Redis';
  return new Error(`unable to start; another server (${where}) uses this database and ${why}`);
}
