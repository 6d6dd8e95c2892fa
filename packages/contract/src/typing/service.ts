import type { Viewer } from '../auth/schema.ts';
import type { LiveStream } from '../live.ts';
import type { TypingEvent } from './events.ts';
import type { TypingSet, TypingWatch } from './schema.ts';

export interface TypingService {
  /**
   * Says that the viewer is typing, which is good for six seconds, or is not any more. It may be lost; what says nothing
   * new is dropped.
   * @throws NOT_MEMBER
   */
  set(viewer: Viewer, input: TypingSet): Promise<void>;
  /**
   * Who else is typing in a conversation. Ends with NOT_MEMBER when the viewer is not in it any more.
   * @throws NOT_MEMBER
   */
  watch(viewer: Viewer, input: TypingWatch): Promise<LiveStream<TypingEvent>>;
}
