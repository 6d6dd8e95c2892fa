/** A mechanism of the protocol switched off, by one replacement in one file. */
export interface Mutation {
  /** What it is, and the rule of the protocol it breaks. */
  readonly what: string;
  /** Below `packages/`. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const feed = 'engine/src/feeds/feed.ts';
const entry = 'sdk/src/sync/entry.ts';
const answers = 'sdk/src/sync/answers.ts';
const inbox = 'sdk/src/sync/inbox.ts';
const timeline = 'sdk/src/messages/timeline.ts';
const step = 'sdk/src/sync/step.ts';
const record = 'sdk/src/cache/record.ts';

export const mutations: readonly Mutation[] = [
  {
    what: 'a feed delivers an event that does not follow its head (3)',
    file: feed,
    from: 'event.seq === state.head + 1 &&',
    to: 'event.seq > state.head &&',
  },
  {
    what: 'a feed keeps a member who has left (4)',
    file: feed,
    from: '  after.delete(row.member.userId);\n',
    to: '',
  },
  {
    what: 'somebody is attached by an older membership than the feed has delivered (9)',
    file: feed,
    from: 'known.epoch !== state.epoch || known.memberVersion !== state.memberVersion',
    to: 'known.epoch !== state.epoch',
  },
  {
    what: 'a newcomer is shown what came before them (5)',
    file: feed,
    from: 'return hidden === 0 || rows.every(isVisible)',
    to: 'return hidden >= 0 || rows.every(isVisible)',
  },
  {
    what: 'a feed does not read what a head check found (6)',
    file: feed,
    from: 'return read({ ...state, target: Math.max(state.target, input.lastSeq) });',
    to: 'return [state, []];',
  },
  {
    what: 'a feed does not learn from a gap who has left (4)',
    file: feed,
    from: 'snapshot.memberVersion > state.memberVersion ? membersAfter(state.members, snapshot) : state.members;',
    to: 'state.members;',
  },
  {
    what: 'a gap too large to send is passed off as an empty one (5)',
    file: feed,
    from: '? { epoch: state.epoch, from: lastSeq, to: lastSeq, rows: [] }',
    to: '? { epoch: state.epoch, from: state.head, to: lastSeq, rows: [] }',
  },
  {
    what: 'a feed takes what it heard of for what it has read (4)',
    file: feed,
    from: '    head: lastSeq,\n    memberVersion,\n    members,',
    to: '    head: Math.max(lastSeq, state.target),\n    memberVersion,\n    members,',
  },
  {
    what: 'a client applies a frame that does not follow its cursor (11)',
    file: entry,
    from: 'frame.from <= cursor && call === null',
    to: 'frame.from >= 0 && call === null',
  },
  {
    what: 'a client applies frames while a call is pending (11)',
    file: entry,
    from: 'frame.from <= cursor && call === null',
    to: 'frame.to > cursor && (call !== null || frame.from <= cursor)',
  },
  {
    what: 'a client forgets how far there is to go (11)',
    file: entry,
    from: 'return cursor < Math.max(target, conversation?.lastSeq ?? 0);',
    to: 'return cursor < Math.min(target, conversation?.lastSeq ?? 0);',
  },
  {
    what: 'a client takes the last seq for the end of a page (14)',
    file: answers,
    from: 'cursor: Math.max(entry.cursor, page.upTo),',
    to: 'cursor: Math.max(entry.cursor, page.lastSeq),',
  },
  {
    what: 'a client stops asking although there is more (12)',
    file: answers,
    from: 'wanted: page.more,',
    to: 'wanted: entry.wanted && page.more,',
  },
  {
    what: 'a client takes a page of history for as new as its summary (14)',
    file: entry,
    from: 'return asOf < entry.cursor ?',
    to: 'return asOf < 0 ?',
  },
  {
    what: 'a client takes its summary for as new as a page of history (14)',
    file: entry,
    from: '? Math.min(known.cursor, fetched.lastSeq) :',
    to: '? known.cursor :',
  },
  {
    what: 'changes that overtake the page they belong to are lost (14)',
    file: timeline,
    from: 'return applyMessages({ ...grown, lacking }, awaited?.held ?? []);',
    to: 'return { ...grown, lacking };',
  },
  {
    what: 'an older row takes the place of a newer one (12)',
    file: timeline,
    from: 'else if (present.seq < message.seq) {',
    to: 'else if (present.seq !== message.seq) {',
  },
  {
    what: 'changes of members are taken for seen by who looks at them (11)',
    file: entry,
    from: 'roster: roster && applyMembers(roster, membersOf(frame.rows)),',
    to: 'roster,',
  },
  {
    what: 'what follows a hole is shown',
    file: timeline,
    from: 'return hole === -1 ? rows : rows.slice(0, hole);',
    to: 'return rows;',
  },
  {
    what: 'a late refusal counts for a conversation joined again meanwhile (16, 18)',
    file: answers,
    from: '  const entry = state.entries?.get(conversationId);\n  if (entry?.call !== call) return [state, []];\n  return settledFailure',
    to: '  const entry = state.entries?.get(conversationId);\n  if (entry === undefined) return [state, []];\n  return settledFailure',
  },
  {
    what: 'what is held is kept by somebody who joined anew and may not see it (19)',
    file: entry,
    from: "return before === joinedSeq || conversation?.history === 'full';",
    to: "return before <= joinedSeq || conversation?.history === 'full';",
  },
  {
    what: 'a client keeps what it held across a change of epoch (23)',
    file: inbox,
    from: 'const known = state.epoch === event.epoch ? state.entries : null;',
    to: 'const known = state.entries;',
  },
  {
    what: 'a record goes on from the last seq heard of (11)',
    file: record,
    from: 'return { ...resting, version',
    to: 'return { ...resting, cursor: entry.target, version',
  },
  {
    what: 'a record of messages goes on from where its summary is (14)',
    file: record,
    from: 'return { ...resting, version',
    to: 'return { ...resting, cursor: entry.conversation?.lastSeq ?? 0, version',
  },
  {
    what: 'what was kept takes the place of what has been heard (10)',
    file: step,
    from: 'state.entries !== null || state.generation > 0 || entries.size === 0',
    to: 'entries.size === 0',
  },
  {
    what: 'messages that were not kept are not fetched for who looks at them already',
    file: step,
    from: 'const held = [...state.open].reduce(opened, { ...state, epoch, entries, cached: true });',
    to: 'return { ...state, epoch, entries, cached: true };',
  },
];
