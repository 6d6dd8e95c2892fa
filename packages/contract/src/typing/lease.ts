/** How long somebody is typing after saying so, and how often to say it again while it lasts, in milliseconds. */
export const typingLease = { expiresMs: 6_000, renewMs: 3_000 } as const;
