/** Where the engine tells what it does, as it does it. Calls must be cheap and must not throw. */
export interface Meter {
  /** Messages went to the database in one statement. */
  batch(messages: number): void;
  /** What became of a message in it. */
  send(outcome: 'stored' | 'repeated' | 'conflict' | 'not-member' | 'closed'): void;
  /** A feed missed events and read them from the database. */
  gapRead(): void;
  /** A comparison with the database found a feed behind: an event was lost and no later one told of it. */
  headRepair(feed: 'conversation' | 'inbox'): void;
  /** Somebody was held back by a limit. */
  limited(limit: string): void;
}

export const silentMeter: Meter = {
  batch() {},
  send() {},
  gapRead() {},
  headRepair() {},
  limited() {},
};
