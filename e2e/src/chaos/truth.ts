import type { Message } from '@parley/contract';
import type pg from 'pg';
import { type ConversationRow, infoOf, messageOf, type StableInfo } from './rows.ts';
import { type FollowerRow, type ReactionRow, readStored, type Stored, type TruePerson } from './stored.ts';
import { type TrueMember, trueMember } from './true-member.ts';

/** A conversation as PostgreSQL has it. */
export interface TrueConversation {
  readonly info: StableInfo;
  readonly lastSeq: number;
  /** Whether it takes no messages any more. */
  readonly closed: boolean;
  /** By position. */
  readonly messages: readonly Message[];
  /** Who reacted, in the order they did. */
  readonly reactions: readonly ReactionRow[];
  /** Replies in threads: their positions, and those of what they hang on. */
  readonly replies: ReadonlyMap<number, number>;
  readonly followers: readonly FollowerRow[];
  /** How many members are said to be in it; null where that is not kept. */
  readonly counted: number | null;
  /** How often each invitation was used, and may be. */
  readonly invitations: readonly { id: string; uses: number; max_uses: number | null }[];
  /** Positions of pinned messages. */
  readonly pins: ReadonlySet<number>;
  /** Those who are in it now, by id. */
  readonly members: ReadonlyMap<string, TrueMember>;
}

/** A message somebody has saved, in a conversation they may have left. */
interface TrueSaved {
  readonly conversationId: string;
  readonly position: number;
  readonly savedAt: string;
}

interface TrueDraft {
  readonly text: string;
  readonly replyTo: string | null;
}

/** What is stored, as people should be shown it. */
export interface Truth {
  readonly epoch: string;
  readonly conversations: ReadonlyMap<string, TrueConversation>;
  readonly people: ReadonlyMap<string, TruePerson>;
  /** Those who keep their receipts to themselves. */
  readonly keepers: ReadonlySet<string>;
  /** Whom somebody has blocked, and when, by the id of who did. */
  readonly blocks: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** What somebody has saved, the latest first. */
  readonly saved: ReadonlyMap<string, readonly TrueSaved[]>;
  /** What somebody has begun to write, by conversation, by the id of who did. */
  readonly drafts: ReadonlyMap<string, ReadonlyMap<string, TrueDraft>>;
}

/** Reads everything in one snapshot. */
export async function readTruth(pool: pg.Pool): Promise<Truth> {
  const client = await pool.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    const stored = await readStored(client);
    await client.query('commit');
    return truthOf(stored);
  } finally {
    client.release();
  }
}

/** What the rows come to. */
export function truthOf(stored: Stored): Truth {
  return {
    epoch: stored.epoch,
    conversations: conversationsOf(stored),
    people: new Map(stored.people.map((person) => [person.id, person])),
    keepers: new Set(stored.keepers.map(({ id }) => id)),
    blocks: nested(
      stored.blocks,
      (row) => [row.blocker_id, row.blocked_id],
      (row) => row.created_at.toISOString(),
    ),
    saved: savedOf(stored),
    drafts: nested(
      stored.drafts.filter(({ text }) => text !== ''),
      (row) => [row.user_id, row.conversation_id],
      (row) => ({ text: row.text, replyTo: row.reply_to }),
    ),
  };
}

function savedOf({ saved }: Stored): Truth['saved'] {
  const byPerson = Map.groupBy(saved.toReversed(), (row) => row.user_id);
  const of = (row: Stored['saved'][number]): TrueSaved => ({
    conversationId: row.conversation_id,
    position: row.position,
    savedAt: row.saved_at.toISOString(),
  });
  return new Map([...byPerson].map(([userId, rows]) => [userId, rows.map(of)]));
}

function conversationsOf({
  conversations,
  messages,
  members,
  settings,
  ...stored
}: Stored): Truth['conversations'] {
  const messagesOf = Map.groupBy(messages, (row) => row.conversation_id);
  const membersOf = Map.groupBy(members, (row) => row.conversation_id);
  const reactionsTo = Map.groupBy(stored.reactions, (row) => row.conversation_id);
  const repliesOf = Map.groupBy(stored.replies, (row) => row.conversation_id);
  const followersOf = Map.groupBy(stored.followers, (row) => row.conversation_id);
  const invitationsTo = Map.groupBy(stored.invitations, (row) => row.conversation_id);
  const pinsOf = Map.groupBy(stored.pins, (row) => row.conversation_id);
  const setBy = nested(
    settings,
    (row) => [row.conversation_id, row.user_id],
    (row) => row,
  );
  const trueConversation = (row: ConversationRow): TrueConversation => {
    const timeline = (messagesOf.get(row.id) ?? []).map(messageOf);
    const present = (membersOf.get(row.id) ?? []).map((member) =>
      trueMember(member, row, setBy.get(row.id)?.get(member.user_id), timeline),
    );
    return {
      info: infoOf(row),
      lastSeq: row.last_seq,
      closed: row.closed,
      counted: row.counted,
      invitations: invitationsTo.get(row.id) ?? [],
      messages: timeline,
      replies: new Map((repliesOf.get(row.id) ?? []).map((reply) => [reply.position, reply.root_position])),
      followers: followersOf.get(row.id) ?? [],
      reactions: reactionsTo.get(row.id) ?? [],
      pins: new Set((pinsOf.get(row.id) ?? []).map(({ position }) => position)),
      members: new Map(present.map((member) => [member.row.userId, member])),
    };
  };
  return new Map(conversations.map((row) => [row.id, trueConversation(row)]));
}

/** Rows by two of their columns, one after the other. */
function nested<R, V>(
  rows: readonly R[],
  keys: (row: R) => readonly [string, string],
  value: (row: R) => V,
): Map<string, Map<string, V>> {
  const found = new Map<string, Map<string, V>>();
  for (const row of rows) {
    const [outer, inner] = keys(row);
    found.set(outer, (found.get(outer) ?? new Map()).set(inner, value(row)));
  }
  return found;
}
