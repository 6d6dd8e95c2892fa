import { isId } from '../../addresses.ts';

/** What can be open beside a conversation, by its name in the address: `/c/…?pane=details`. */
const paneNames = ['details', 'pins', 'thread'] as const;

export type PaneName = (typeof paneNames)[number];

/**
 * The pane that an address asks for, and of which message its thread is. Undefined and not left out: the router keeps of an
 * address what is not replaced.
 */
export function paneOf({ pane, thread }: Record<string, unknown>): {
  pane?: PaneName | undefined;
  thread?: string | undefined;
} {
  return {
    pane: paneNames.find((known) => known === pane),
    thread: typeof thread === 'string' && isId(thread) ? thread : undefined,
  };
}
