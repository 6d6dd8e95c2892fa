import type { AwayEvent, PresenceService } from '@parley/contract';
import type { Database } from '../db/database.ts';
import { LiveChannel } from '../live-channel.ts';
import { acquainted } from './acquainted.ts';
import type { PresenceLeases } from './leases.ts';
import { readPresences } from './queries.ts';
import { presenceOf } from './rows.ts';
import type { PresenceWatches } from './watches.ts';

export function presenceService(
  db: Database,
  leases: PresenceLeases,
  watches: PresenceWatches,
): PresenceService {
  return {
    async get({ userId }, { userIds }) {
      const allowed = await acquainted(db, userId, userIds);
      return (await readPresences(db, [...allowed])).map(presenceOf);
    },

    watch: (viewer, { userIds }) => watches.watch(viewer, userIds),

    async away({ userId }) {
      const stream = new LiveChannel<AwayEvent>(leases.idle(userId));
      stream.send([{ type: 'ready' }]);
      return stream;
    },
  };
}
