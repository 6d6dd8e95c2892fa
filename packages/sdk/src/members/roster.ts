import type { Member, MemberPage, User } from '@parley/contract';

/** Somebody in a conversation. */
export interface ListedMember extends Member {
  /** As of when they were listed; null for one who has joined since: `users.getMany` knows them. */
  readonly user: User | null;
}

/**
 * Who is in a conversation, as far as pages of it have come. Pages and changes may come in any order and more than once:
 * each member is kept at their highest seq.
 */
export interface Roster {
  /** By user id. Who has left stays, so that a page from before does not bring them back, and so does who lies beyond `upTo`. */
  readonly rows: ReadonlyMap<string, ListedMember>;
  /** The user id up to which everybody is known: empty while nobody is, null when all are. */
  readonly upTo: string | null;
  /** Names the call for the next page; null when there is none. */
  readonly awaited: number | null;
}

export const emptyRoster: Roster = { rows: new Map(), upTo: '', awaited: null };

/** Whether the first page has come. */
export function isLoaded(roster: Roster | null): boolean {
  return roster !== null && roster.upTo !== '';
}

/** Members as they are since some change. */
export function applyMembers(
  roster: Roster,
  members: readonly (Member & { readonly user?: User })[],
): Roster {
  const rows = new Map(roster.rows);
  for (const member of members) {
    const present = rows.get(member.userId);
    if (present !== undefined && present.seq > member.seq) continue;
    rows.set(member.userId, { ...member, user: member.user ?? present?.user ?? null });
  }
  return members.length === 0 ? roster : { ...roster, rows };
}

/** The page that was awaited: the one behind `upTo`. Who should be in it and is not has left. */
export function applyMemberPage({ rows, upTo: after }: Roster, page: MemberPage): Roster {
  const { members, nextAfter: upTo, asOf } = page;
  const told = ({ userId, seq }: Member) =>
    seq <= asOf && userId > (after ?? '') && (upTo === null || userId <= upTo);
  const untold = new Map([...rows].filter(([, row]) => !told(row)));
  return applyMembers({ rows: untold, upTo, awaited: null }, members);
}

/** Those who are in it now, by user id, as far as they are listed. */
export function shownMembers({ rows, upTo }: Roster): ListedMember[] {
  return [...rows.values()]
    .filter(({ leftAt, userId }) => leftAt === null && (upTo === null || userId <= upTo))
    .sort((a, b) => (a.userId < b.userId ? -1 : 1));
}
