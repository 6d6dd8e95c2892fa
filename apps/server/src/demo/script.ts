/** The password of every demo person. */
export const demoPassword = 'parley-demo';

/** The people of the demo, by username. */
export const demoPeople = {
  ada: 'Ada Lovelace',
  grace: 'Grace Hopper',
  alan: 'Alan Turing',
  margaret: 'Margaret Hamilton',
  katherine: 'Katherine Johnson',
  hedy: 'Hedy Lamarr',
} as const;

export type DemoPerson = keyof typeof demoPeople;

/** What comes with a line. Other lines are named by their number in the conversation, from 1. */
interface DemoExtras {
  readonly answers?: number;
  readonly inThreadOf?: number;
  /** Whom it mentions, with the names they are called by in the text. */
  readonly mentions?: readonly DemoPerson[];
  readonly reactions?: Readonly<Record<string, readonly DemoPerson[]>>;
  /** By the first of the conversation's people. */
  readonly pinned?: true;
}

export type DemoLine = readonly [by: DemoPerson, text: string, extras?: DemoExtras];

/** A conversation of the demo: its people, the first of whom makes it, and what they say. All but Ada have read all of it. */
export interface DemoConversation {
  /** Null for a direct one. */
  readonly title: string | null;
  readonly people: readonly [DemoPerson, ...DemoPerson[]];
  readonly lines: readonly DemoLine[];
  /** What Ada has begun to write. */
  readonly draft?: string;
  /** How Ada has it in her list. */
  readonly settings?: { readonly pinned?: true; readonly mutedUntil?: string };
}

export const demoConversations: readonly DemoConversation[] = [
  {
    title: 'Lunch',
    people: ['hedy', 'ada', 'grace', 'katherine'],
    settings: { mutedUntil: '9999-12-31T23:59:59.999Z' },
    lines: [
      ['hedy', 'Noodles or soup?'],
      ['grace', 'Noodle soup. It is a union type. 🍜', { reactions: { '😂': ['hedy', 'katherine'] } }],
      ['katherine', 'I ran the numbers: noon is too late.'],
    ],
  },
  {
    title: null,
    people: ['katherine', 'ada'],
    lines: [
      ['katherine', 'The trajectory checks out to the eighth decimal. By hand, too.'],
      ['ada', 'Never doubted it. Shall I send the notes along?', { reactions: { '🙏': ['katherine'] } }],
    ],
  },
  {
    title: 'Compilers',
    people: ['grace', 'ada', 'alan', 'hedy'],
    lines: [
      ['grace', 'Nobody believes that I have a running compiler. They tell me computers only do arithmetic.'],
      [
        'ada',
        'They might compose music, one day:\n\n```ts\nfor (const note of melody) engine.play(note);\n```',
        { reactions: { '🎶': ['grace', 'hedy', 'alan'], '🔥': ['hedy'] } },
      ],
      ['hedy', 'As long as the piano rolls stay in step. That is how my frequency hopping works.'],
      ['alan', 'I have read it: https://en.wikipedia.org/wiki/Frequency-hopping_spread_spectrum'],
    ],
  },
  {
    title: null,
    people: ['alan', 'ada'],
    draft: 'Have you thought about what the tape does when',
    lines: [
      ['alan', 'Do you have a minute? I cannot decide whether this terminates.'],
      ['ada', 'In general, neither can I 😄', { reactions: { '😄': ['alan'] } }],
      ['alan', 'I walked into that one.'],
    ],
  },
  {
    title: 'Moon landing',
    people: ['margaret', 'ada', 'grace', 'alan', 'katherine'],
    settings: { pinned: true },
    lines: [
      [
        'margaret',
        'Welcome, everyone! Guidance software review is on Thursday.',
        { pinned: true, reactions: { '👋': ['grace', 'alan', 'katherine'], '🌕': ['ada', 'grace'] } },
      ],
      ['grace', 'I will bring the nanoseconds.'],
      ['alan', 'And I a very long tape.', { reactions: { '😂': ['grace', 'ada', 'margaret'] } }],
      ['ada', 'Have we tested what happens when somebody starts the landing program in mid-flight?'],
      ['margaret', 'They told me astronauts would never do that.', { answers: 4 }],
      ['grace', 'So: yes, we test it. 👩‍🚀', { reactions: { '💯': ['ada', 'margaret', 'katherine'] } }],
      ['margaret', 'Already did. `P01` wiped the navigation data. There is a check for it now.'],
      ['alan', 'And the 1202?'],
      [
        'margaret',
        'Overload. It drops what matters least and carries on with what matters most.',
        { answers: 8, reactions: { '🚀': ['ada', 'alan', 'grace'], '👏': ['katherine'] } },
      ],
      ['katherine', 'How often did it come up in the simulator?', { inThreadOf: 9 }],
      ['margaret', 'Four times. Every time we were glad of the priorities.', { inThreadOf: 9 }],
      ['ada', 'Then let us write that into the checklist.', { inThreadOf: 9 }],
      ['ada', 'I will have the tables for Thursday. Anything else we should look at?'],
      [
        'katherine',
        '@Ada Lovelace the return trajectory, please. I have a first version.',
        { mentions: ['ada'] },
      ],
      ['grace', 'The best error message is the one you can land with.'],
    ],
  },
  {
    title: null,
    people: ['hedy', 'ada'],
    lines: [
      ['hedy', 'Rehearsal at six, and I still have to finish the patent drawings.'],
      ['ada', 'Stage or workshop?'],
      ['hedy', 'Both. They are the same building, if you hop fast enough. 💃', { answers: 2 }],
    ],
  },
  {
    title: null,
    people: ['grace', 'ada'],
    lines: [
      ['grace', 'Ada! I found a bug in the relay today. A real one, with wings.'],
      ['ada', 'Did you keep it?'],
      ['grace', 'Taped it into the logbook, of course.', { reactions: { '🐛': ['ada'] } }],
      ['ada', 'Then it is the first actual case of a bug being found. I am writing that down, too.'],
      ['grace', 'Your Note G still compiles, by the way.'],
      ['ada', 'After a hundred years? 😅 It was never even run.', { answers: 5 }],
      ['grace', 'That makes it the longest wait for a first test. Lunch tomorrow?'],
      ['grace', 'My treat, it is easier to ask forgiveness than permission.'],
    ],
  },
];
