import type { Viewer } from '../auth/schema.ts';
import type { LiveStream } from '../live.ts';
import type { AwayEvent, PresenceEvent } from './events.ts';
import type { Presence, PresenceOf } from './schema.ts';

/** Those one shares no conversation with are left out, silently. */
export interface PresenceService {
  /** Who of the given people is there, in no particular order. */
  get(viewer: Viewer, input: PresenceOf): Promise<Presence[]>;
  /** Who of the given people is there, and every change of it. To watch others as well, watch anew. */
  watch(viewer: Viewer, input: PresenceOf): Promise<LiveStream<PresenceEvent>>;
  /**
   * For as long as the stream is open, one client of the viewer says that nobody looks. Whoever has as many of them on a
   * server process as they have clients there is away.
   */
  away(viewer: Viewer): Promise<LiveStream<AwayEvent>>;
}
