import { z } from 'zod';
import { Count, Id, Timestamp } from '../text.ts';

/** Where a reply stands in the thread it is in. */
export const ThreadPlace = z
  .strictObject({
    /** The message the thread hangs on. It may be deleted by now, or lie before what the viewer may see. */
    rootId: Id,
    rootPosition: Count,
    /** It is the n-th reply of the thread, deleted ones included. */
    ordinal: Count,
    /** It is the n-th reply of its sender in the thread. */
    ownOrdinal: Count,
  })
  .meta({ id: 'ThreadPlace' });
export type ThreadPlace = z.infer<typeof ThreadPlace>;

/** The thread that hangs on a message. Deleted replies stay counted: they keep their places. */
export const Replies = z
  .strictObject({
    count: Count,
    lastAt: Timestamp,
    lastPosition: Count,
    /** Who replied last, the latest first. */
    userIds: z.array(Id),
  })
  .meta({ id: 'Replies' });
export type Replies = z.infer<typeof Replies>;
