import type { Mutation } from './mutation.ts';

/** What the engine's promises rest on. */
export const engineMutations: readonly Mutation[] = [
  {
    invariant: 'I3',
    what: 'an id already stored is stored again',
    file: 'packages/engine/src/db/migrations/0001-foundation.ts',
    from: 'and not exists (select from stored s where s.idx = i.idx)',
    to: '',
    project: 'unit',
    test: 'packages/engine/src/messages/same-id.test.ts',
    name: 'I3',
  },
  {
    invariant: 'I4',
    what: 'where a feed stands is read before the bus has acknowledged',
    file: 'packages/engine/src/feeds/conversation-feeds.ts',
    from: `      .subscribe(conversationIds.map(conversationChannel), this.#onPayload)
      .then(() => readHeads(this.#db, conversationIds))`,
    to: `      .subscribe([], this.#onPayload)
      .then(() => readHeads(this.#db, conversationIds))
      .then(async (read) => {
        await this.#bus.subscribe(conversationIds.map(conversationChannel), this.#onPayload);
        return read;
      })`,
    project: 'unit',
    test: 'packages/engine/src/feeds/opening.test.ts',
    name: 'I4',
  },
  {
    invariant: 'I6',
    what: 'heads are not compared',
    file: 'packages/engine/src/feeds/head-checks.ts',
    from: 'if (now - this.#lastWhole >= this.#everyMs)',
    to: 'if (now < 0)',
    project: 'unit',
    test: 'packages/engine/src/feeds/silence.test.ts',
    name: 'I6',
  },
  {
    invariant: 'I7',
    what: 'a mark takes the read position back',
    file: 'packages/engine/src/messages/mark-read.ts',
    from: 'if (position <= member.read_position)',
    to: 'if (position === member.read_position)',
    project: 'unit',
    test: 'packages/engine/src/messages/mark-read.test.ts',
    name: 'I7',
  },
  {
    invariant: 'I8',
    what: 'own later messages count as unread',
    file: 'packages/engine/src/messages/mark-read.ts',
    from: 'read_sent: member.sent - ownAfter',
    to: 'read_sent: member.sent',
    project: 'unit',
    test: 'packages/engine/src/inbox/unread.test.ts',
    name: 'I8',
  },
  {
    invariant: 'I9',
    what: 'frames reach those who are not members any more',
    file: 'packages/engine/src/feeds/conversation-feed.ts',
    from: 'this.#state.members.get(subscriber.userId)?.joinedSeq !== admitted.joinedSeq',
    to: 'this.#closed',
    project: 'unit',
    test: 'packages/engine/src/messages/removal.test.ts',
    name: 'I9',
  },
  {
    invariant: 'I13',
    what: 'an object in the wrong state is taken for a fault of the caller',
    file: 'packages/engine/src/db/errors.ts',
    from: '  /^55000$/,',
    to: '',
    project: 'unit',
    test: 'packages/engine/src/db/outage.test.ts',
    name: 'I13',
  },
  {
    invariant: 'I16',
    what: 'an event is delivered although one before it is missing',
    file: 'packages/engine/src/feeds/feed.ts',
    from: 'if (event.seq === state.head + 1 && admissible(state, event))',
    to: 'if (admissible(state, event))',
    project: 'unit',
    test: 'packages/engine/src/feeds/convergence.test.ts',
    name: 'I16',
  },
  {
    invariant: 'I17',
    what: 'a feed nobody holds stays',
    file: 'packages/engine/src/feeds/conversation-feeds.ts',
    from: 'if (entry.holds > 0) return;',
    to: 'if (entry.holds >= 0) return;',
    project: 'unit',
    test: 'packages/engine/src/feeds/leaks.test.ts',
    name: 'I17',
  },
];
