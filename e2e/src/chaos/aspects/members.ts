import type { ListedMember, MemberList } from '@parley/sdk';
import type { Device } from '../device.ts';
import type { TrueMember } from '../true-member.ts';
import type { Truth } from '../truth.ts';
import type { Aspect } from './aspect.ts';
import { personOf } from './conversations.ts';

/** Who is in what is open, with their roles, as far as they are loaded. */
export const members: Aspect = {
  shown: ({ memberLists }) => byConversation(memberLists, shownOf),
  stored: (device, truth) => byConversation(device.memberLists, (list) => storedOf(list, device, truth)),
};

function byConversation(lists: readonly MemberList[], of: (list: MemberList) => unknown) {
  return Object.fromEntries(lists.map((list) => [list.conversationId, of(list)]));
}

function shownOf(list: MemberList) {
  const { status, members: shown } = list.getSnapshot();
  if (status !== 'ready') return { status };
  return { status, rows: Object.fromEntries(shown.map((member) => [member.userId, rowOf(member)])) };
}

/** Of who has joined since the list was loaded it is not said who they are. */
function rowOf({ user, ...row }: ListedMember) {
  return { ...row, user: user === null ? null : personOf(user) };
}

function storedOf({ conversationId, getSnapshot }: MemberList, { person }: Device, truth: Truth) {
  const stored = truth.conversations.get(conversationId)?.members;
  if (stored?.has(person.userId) !== true) return { status: 'gone' };
  const { members: shown, hasMore } = getSnapshot();
  const known = new Map(shown.map((member) => [member.userId, member.user !== null]));
  const last = hasMore ? (shown.at(-1)?.userId ?? '') : null;
  const rows = [...stored.values()].filter(({ row }) => last === null || row.userId <= last);
  const rowAs = ({ row }: TrueMember) => {
    const user = known.get(row.userId) === true ? truth.people.get(row.userId) : undefined;
    return { ...row, user: user === undefined ? null : personOf(user) };
  };
  return { status: 'ready', rows: Object.fromEntries(rows.map((row) => [row.row.userId, rowAs(row)])) };
}
