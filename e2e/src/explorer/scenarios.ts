import { newWorld, noBudget } from './actions.ts';
import type { Code } from './code.ts';
import type { Db } from './database.ts';
import type { Budget, World } from './world.ts';

/** A bounded number of everything, and every way in which it can go. */
export interface Scenario {
  readonly name: string;
  readonly history: Db['history'];
  readonly servers: number;
  /** How many there are in the beginning. */
  readonly messages: number;
  /** Whether the reader looks at who is in the conversation, too. */
  readonly members: boolean;
  readonly budget: Partial<Budget>;
}

const all = { history: 'full', servers: 1, messages: 0, members: false } as const;
const joining = { ...all, history: 'from-joining' } as const;

export const scenarios: readonly Scenario[] = [
  { ...all, name: 'two messages, one lost', budget: { send: 2, lose: 1 } },
  { ...all, name: 'a message doubled, and an edit', budget: { send: 1, edit: 1, double: 1 } },
  { ...all, name: 'a cut between two servers', servers: 2, budget: { send: 2, disconnect: 1 } },
  { ...all, name: 'a removal while somebody writes', budget: { send: 2, remove: 1, lose: 1 } },
  { ...all, name: 'removed and back, all to be seen', budget: { send: 1, remove: 1, add: 1 } },
  { ...all, name: 'refused, and back', budget: { send: 2, remove: 1, add: 1, lose: 1 } },
  {
    ...joining,
    name: 'removed and back, only what follows',
    budget: { send: 1, remove: 1, add: 1, edit: 1 },
  },
  {
    ...joining,
    name: 'removed and back while away',
    messages: 1,
    budget: { remove: 1, add: 1, disconnect: 1 },
  },
  { ...all, name: 'a restore', budget: { send: 2, restore: 2 } },
  { ...all, name: 'own messages and reading', budget: { send: 1, sendOwn: 1, read: 1 } },
  { ...all, name: 'an own message edited at once', budget: { send: 1, sendOwn: 1, edit: 1 } },
  { ...all, name: 'an edit while an older page comes', messages: 3, budget: { edit: 1, older: 1 } },
  { ...all, name: 'calls that fail', budget: { send: 1, rename: 1, lose: 1, fail: 1 } },
  { ...all, name: 'reopened from a cache', messages: 1, budget: { send: 1, edit: 1, save: 1, reload: 1 } },
  { ...all, name: 'reopened while behind', budget: { send: 1, save: 1, reload: 1 } },
  { ...all, name: 'reopened after a loss', budget: { send: 2, lose: 1, save: 1, reload: 1 } },
  { ...all, name: 'reopened after a restore', budget: { send: 2, restore: 2, save: 1, reload: 1 } },
  {
    ...joining,
    name: 'reopened after a removal',
    messages: 1,
    budget: { send: 1, remove: 1, add: 1, save: 1, reload: 1 },
  },
  { ...all, name: 'somebody comes and goes', members: true, budget: { guest: 2, lose: 1 } },
  { ...all, name: 'somebody comes while one writes', budget: { guest: 1, send: 2, lose: 1 } },
  { ...all, name: 'members in pages', members: true, budget: { guest: 1, older: 1, disconnect: 1 } },
  { ...all, name: 'more than is sent on', budget: { send: 3, lose: 3 } },
];

/** Beyond what can be enumerated: everything at once, on random ways. */
export const wanderers: readonly Scenario[] = [
  { ...all, name: 'everything, with all history', servers: 2, messages: 1, budget: everything() },
  {
    ...joining,
    name: 'everything, with history from joining',
    servers: 2,
    messages: 1,
    budget: everything(),
  },
  {
    ...all,
    name: 'everything, and who is in it',
    servers: 2,
    messages: 1,
    members: true,
    budget: everything(),
  },
];

function everything(): Budget {
  return {
    ...{ send: 6, sendOwn: 3, edit: 4, rename: 1, read: 3, remove: 2, add: 2, restore: 2 },
    ...{ lose: 4, double: 3, disconnect: 3, crash: 1, check: 2, fail: 3, older: 2 },
    ...{ save: 3, reload: 2, guest: 3 },
  };
}

export function worldOf(code: Code, scenario: Scenario): World {
  return newWorld(code, { ...noBudget, ...scenario.budget }, scenario);
}
