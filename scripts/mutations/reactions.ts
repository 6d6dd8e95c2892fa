import type { Mutation } from './mutation.ts';

const own = 'packages/sdk/src/reactions';
const service = 'packages/engine/src/reactions/service.test.ts';

/** What a reaction's being one's own rests on, where many reacted. */
export const reactionMutations: readonly Mutation[] = [
  {
    invariant: 'I16',
    what: 'what one reacted with on another device is not heard',
    file: `${own}/own.ts`,
    from: 'facts.reduce(withFact, own)',
    to: 'own',
    project: 'unit',
    test: `${own}/own.test.ts`,
    name: 'I16: what is shown equals a fresh fetch',
  },
  {
    invariant: 'I16',
    what: 'an older word on one’s own reaction takes the place of a newer one',
    file: `${own}/own.ts`,
    from: 'if (known !== undefined && known.seq >= seq) return own;',
    to: '',
    project: 'unit',
    test: `${own}/own.test.ts`,
    name: 'I16: what is shown equals a fresh fetch',
  },
  {
    invariant: 'I16',
    what: 'what nobody reacts with any more is still known as one’s own',
    file: `${own}/own.ts`,
    from: 'if (known.length === 0) continue;',
    to: 'if (known.length > 0) continue;',
    project: 'unit',
    test: `${own}/own.test.ts`,
    name: 'what one took back while away',
  },
  {
    invariant: 'I16',
    what: 'one’s own reactions are not told to one’s devices',
    file: 'packages/engine/src/inbox/user-feed.ts',
    from: 'if (now.reactionsSeq > reactionsSeq) await this.#tellReactions();',
    to: '',
    project: 'unit',
    test: service,
    name: 'one’s own devices hear of it',
  },
  {
    invariant: 'I16',
    what: 'they are not told again to whoever comes back',
    file: 'packages/engine/src/inbox/user-feed.ts',
    from: 'void this.#remind(stream);',
    to: '',
    project: 'unit',
    test: service,
    name: 'one’s own devices hear of it',
  },
];
