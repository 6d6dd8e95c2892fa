/** What can be open beside a conversation, by its name in the address: `/c/…?pane=details`. */
const paneNames = ['details'] as const;

export type PaneName = (typeof paneNames)[number];

/** The pane that an address asks for. Undefined and not left out: the router keeps of an address what is not replaced. */
export function paneOf({ pane }: Record<string, unknown>): { pane?: PaneName | undefined } {
  return { pane: paneNames.find((known) => known === pane) };
}
