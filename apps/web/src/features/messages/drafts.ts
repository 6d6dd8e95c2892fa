/** What was typed and not sent, by conversation, as long as the page lives. */
export const drafts = new Map<string, string>();
