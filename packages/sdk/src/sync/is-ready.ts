import type { InboxEvent } from '@parley/contract';

/** Whether an event is the last page of a `ready`: what may have been missed before it is read again once, not with each page. */
export function isReady(event: InboxEvent): event is Extract<InboxEvent, { type: 'ready' }> {
  return event.type === 'ready' && !event.more;
}
