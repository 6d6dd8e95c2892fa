import type { Viewer } from '../auth/schema.ts';
import type { LiveStream } from '../live.ts';
import type { InboxEvent } from './events.ts';

export interface InboxService {
  /** Everything that concerns the viewer, live, on one stream. It has no cursor: it begins with where all stands. */
  watch(viewer: Viewer): Promise<LiveStream<readonly InboxEvent[]>>;
}
