import * as feed from '../../../packages/engine/src/feeds/feed.ts';
import * as record from '../../../packages/sdk/src/cache/record.ts';
import * as roster from '../../../packages/sdk/src/members/roster.ts';
import * as timeline from '../../../packages/sdk/src/messages/timeline.ts';
import * as state from '../../../packages/sdk/src/sync/state.ts';
import * as step from '../../../packages/sdk/src/sync/step.ts';

/** The code that is explored: what ships, or a copy of it with a fault put in. */
export interface Code {
  readonly feed: Pick<typeof feed, 'startFeed' | 'stepFeed' | 'attachMember' | 'visibleRows'>;
  readonly sync: Pick<typeof step, 'stepSync'> &
    Pick<typeof state, 'emptySync'> &
    Pick<typeof timeline, 'shownRows'> &
    Pick<typeof roster, 'shownMembers'>;
  readonly cache: Pick<typeof record, 'keptEntries' | 'recordOf' | 'restoredFrom'>;
}

export const shippedCode: Code = {
  feed,
  sync: { ...step, ...state, ...timeline, ...roster },
  cache: record,
};
