import { type GroupsService, ParleyError } from '@parley/contract';
import type { Audit } from '../audit/audit.ts';
import type { Bus } from '../bus/bus.ts';
import { auditedChanges } from '../conversations/audited.ts';
import { enter, isIn, requireNotRemoved } from '../conversations/enter.ts';
import { findMember } from '../conversations/queries.ts';
import { viewOf } from '../conversations/views.ts';
import type { Database } from '../db/database.ts';
import { findGroup } from './queries.ts';
import { publicGroupOf } from './rows.ts';
import { searchPublicGroups } from './search.ts';

export function groupsService(db: Database, bus: Bus, audit: Audit): GroupsService {
  const changeAudited = auditedChanges({ db, bus, audit });

  return {
    search: (viewer, input) => searchPublicGroups(db, viewer, input),

    async get(viewer, { conversationId }) {
      const row = await findGroup(db, conversationId, viewer.userId);
      if (row?.is_public !== true) throw noSuchGroup();
      return publicGroupOf(row);
    },

    async join(viewer, { conversationId }) {
      // Asked for without the lock first: nobody holds up a conversation that is none of theirs.
      const row = await findGroup(db, conversationId, viewer.userId);
      if (row === undefined || !(row.is_public || row.joined)) throw noSuchGroup();
      await changeAudited(conversationId, async (change) => {
        const member = await findMember(change.trx, conversationId, viewer.userId);
        if (isIn(member)) return [];
        if (!change.conversation.is_public) throw noSuchGroup();
        requireNotRemoved(member, 'join the group');
        await enter(change, viewer);
        return [{ kind: 'member-joined', actorId: viewer.userId, conversationId }];
      });
      return viewOf(db, viewer, conversationId);
    },
  };
}

function noSuchGroup(): ParleyError {
  return new ParleyError('NOT_FOUND', 'unable to open the group; there is no such public group');
}
