/** The password of every demo person. */
export const demoPassword = 'parley-demo';

/** The people of the demo, by username. */
export const demoPeople = {
  ada: 'Ada Lovelace',
  grace: 'Grace Hopper',
  alan: 'Alan Turing',
  margaret: 'Margaret Hamilton',
} as const;

export type DemoPerson = keyof typeof demoPeople;

/** A conversation of the demo: its people, the first of whom makes it, and what they say. */
export interface DemoConversation {
  /** Null for a direct one. */
  readonly title: string | null;
  readonly people: readonly [DemoPerson, ...DemoPerson[]];
  readonly lines: readonly (readonly [DemoPerson, string])[];
}

export const demoConversations: readonly DemoConversation[] = [
  {
    title: null,
    people: ['alan', 'ada'],
    lines: [
      ['alan', 'Do you have a minute? I cannot decide whether this terminates.'],
      ['ada', 'In general, neither can I 😄'],
      ['alan', 'I walked into that one.'],
    ],
  },
  {
    title: 'Moon landing',
    people: ['margaret', 'ada', 'grace', 'alan'],
    lines: [
      ['margaret', 'Welcome, everyone! Guidance software review is on Thursday.'],
      ['grace', 'I will bring the nanoseconds.'],
      ['alan', 'And I a very long tape.'],
      ['ada', 'Have we tested what happens when somebody starts the landing program in mid-flight?'],
      ['margaret', 'They told me astronauts would never do that.'],
      ['grace', 'So: yes, we test it. 👩‍🚀'],
      ['margaret', 'Already did. `P01` wiped the navigation data. There is a check for it now.'],
      ['alan', 'And the 1202?'],
      ['margaret', 'Overload. It drops what matters least and carries on with what matters most.'],
      ['grace', 'The best error message is the one you can land with.'],
    ],
  },
  {
    title: null,
    people: ['grace', 'ada'],
    lines: [
      ['grace', 'Ada! I found a bug in the relay today. A real one, with wings.'],
      ['ada', 'Did you keep it?'],
      ['grace', 'Taped it into the logbook, of course.'],
      ['ada', 'Then it is the first actual case of a bug being found. I am writing that down, too.'],
      ['grace', 'Your Note G still compiles, by the way.'],
      ['ada', 'After a hundred years? 😅 It was never even run.'],
      ['grace', 'That makes it the longest wait for a first test. Lunch tomorrow?'],
      ['grace', 'My treat, it is easier to ask forgiveness than permission.'],
    ],
  },
];
