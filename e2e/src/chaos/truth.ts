import type { Member, Message, ReadState } from '@parley/contract';
import type pg from 'pg';
import {
  type ConversationRow,
  infoOf,
  type MemberRow,
  memberOf,
  type MessageRow,
  messageOf,
  type StableInfo,
} from './rows.ts';

/** Somebody who is in a conversation now. */
export interface TrueMember {
  readonly row: Member;
  /** Up to where the timeline is hidden from them. */
  readonly hidden: number;
  /** Counted from the messages, but for how far they have read. */
  readonly read: ReadState;
  readonly unread: number;
}

/** A conversation as PostgreSQL has it. */
export interface TrueConversation {
  readonly info: StableInfo;
  readonly lastSeq: number;
  /** Whether it takes no messages any more. */
  readonly closed: boolean;
  /** By position. */
  readonly messages: readonly Message[];
  /** Those who are in it now, by id. */
  readonly members: ReadonlyMap<string, TrueMember>;
}

/** Somebody's account, as others see it. */
export interface TruePerson {
  readonly id: string;
  readonly username: string;
  readonly displayName: string | null;
  readonly avatar: string | null;
}

/** Everything that is stored. */
export interface Truth {
  readonly epoch: string;
  readonly conversations: ReadonlyMap<string, TrueConversation>;
  readonly people: ReadonlyMap<string, TruePerson>;
  /** Whom somebody has blocked, and when, by the id of who did. */
  readonly blocks: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** Reads everything in one snapshot. */
export async function readTruth(pool: pg.Pool): Promise<Truth> {
  const client = await pool.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    const rows = await readRows(client);
    await client.query('commit');
    return truthOf(rows);
  } finally {
    client.release();
  }
}

interface Rows {
  readonly epoch: string;
  readonly conversations: readonly ConversationRow[];
  readonly messages: readonly MessageRow[];
  readonly members: readonly MemberRow[];
  readonly people: readonly TruePerson[];
  readonly blocks: readonly { blocker_id: string; blocked_id: string; created_at: Date }[];
}

/** Reads everything; consistent within a transaction that has one snapshot. */
export async function readRows(client: pg.PoolClient): Promise<Rows> {
  const read = async <R extends pg.QueryResultRow>(sql: string) => (await client.query<R>(sql)).rows;
  const [head] = await read<{ epoch: string }>('select parley_epoch() as epoch');
  return {
    epoch: head?.epoch ?? '',
    conversations: await read(
      `select id, kind, title, avatar, history, created_by, created_at, changed_seq::int, last_seq::int, closed
       from conversations`,
    ),
    messages: await read(
      `select conversation_id, position::int, ordinal::int, seq::int, id, sender_id, type, content, metadata,
         created_at, edited_at, deleted_at
       from messages order by conversation_id, position`,
    ),
    members: await read(
      `select conversation_id, user_id, role, joined_seq::int, joined_position::int, read_position::int, left_at, seq::int
       from members where left_at is null`,
    ),
    people: await read('select id, username, display_name as "displayName", avatar from users'),
    blocks: await read('select blocker_id, blocked_id, created_at from blocks'),
  };
}

/** What the rows come to. */
export function truthOf({ epoch, conversations, messages, members, people, blocks }: Rows): Truth {
  const messagesOf = Map.groupBy(messages, (row) => row.conversation_id);
  const membersOf = Map.groupBy(members, (row) => row.conversation_id);
  const trueConversation = (row: ConversationRow): TrueConversation => {
    const timeline = (messagesOf.get(row.id) ?? []).map(messageOf);
    const present = (membersOf.get(row.id) ?? []).map((member) => trueMember(member, row, timeline));
    return {
      info: infoOf(row),
      lastSeq: row.last_seq,
      closed: row.closed,
      messages: timeline,
      members: new Map(present.map((member) => [member.row.userId, member])),
    };
  };
  return {
    epoch,
    conversations: new Map(conversations.map((row) => [row.id, trueConversation(row)])),
    people: new Map(people.map((person) => [person.id, person])),
    blocks: new Map(
      [...Map.groupBy(blocks, (block) => block.blocker_id)].map(([blocker, blocked]) => [
        blocker,
        new Map(blocked.map((block) => [block.blocked_id, block.created_at.toISOString()])),
      ]),
    ),
  };
}

/** What counts as unread is what people wrote. */
const counts = ({ messageType }: Message) => messageType === 'text';

function trueMember(row: MemberRow, { history }: ConversationRow, timeline: readonly Message[]): TrueMember {
  const counting = timeline.filter(counts);
  const own = counting.filter(({ senderId }) => senderId === row.user_id);
  const upTo = (messages: readonly Message[]) =>
    messages.filter(({ position }) => position <= row.read_position).length;
  return {
    row: memberOf(row),
    hidden: history === 'from-joining' ? row.joined_position : 0,
    read: {
      lastPosition: timeline.at(-1)?.position ?? 0,
      lastOrdinal: counting.length,
      sent: own.length,
      readPosition: row.read_position,
      readOrdinal: upTo(counting),
      readSent: upTo(own),
    },
    unread: counting.filter(
      ({ position, senderId }) => position > row.read_position && senderId !== row.user_id,
    ).length,
  };
}
