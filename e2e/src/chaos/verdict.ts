import type { MemberList, MessageList } from '@parley/sdk';
import type { Device } from './device.ts';
import type { Ledger } from './ledger.ts';
import type { TrueConversation } from './truth.ts';

type Truth = ReadonlyMap<string, TrueConversation>;

/** Whether every device that is connected knows of all that was stored at a moment. */
export function knowsAll(device: Device, truth: Truth): boolean {
  const { conversations } = device.client.conversations.list.getSnapshot();
  const lastSeqs = new Map(conversations.map(({ id, lastSeq }) => [id, lastSeq]));
  return [...truth.values()].every((conversation) => {
    // Who has been removed since needs to know nothing.
    const seq = lastSeqs.get(conversation.id);
    return (
      !conversation.members.has(device.person.userId) || seq === undefined || seq >= conversation.lastSeq
    );
  });
}

/** What a device shows otherwise than PostgreSQL has it; empty when it is equal. */
export function differences(device: Device, truth: Truth): string[] {
  const { userId } = device.person;
  const { status, conversations } = device.client.conversations.list.getSnapshot();
  if (status !== 'ready') return [`${device.name}: its list is loading`];
  const found: string[] = [];
  const differ = (id: string, what: string) => found.push(`${device.name} in ${id}: ${what}`);
  const mine = [...truth.values()].filter(({ members }) => members.has(userId));
  const shown = new Map(conversations.map((conversation) => [conversation.id, conversation]));
  for (const id of shown.keys())
    if (truth.get(id)?.members.has(userId) !== true) differ(id, 'is shown, but left');
  for (const conversation of mine) {
    const { id, lastSeq, memberCount, messages, members } = conversation;
    const own = shown.get(id);
    const unread = members.get(userId)?.unread;
    if (own === undefined) differ(id, 'is missing');
    else {
      if (own.lastSeq !== lastSeq) differ(id, `stands at ${own.lastSeq} instead of ${lastSeq}`);
      if (own.unread !== unread) differ(id, `unread: ${own.unread} instead of ${unread}`);
      if (own.memberCount !== memberCount)
        differ(id, `members: ${own.memberCount} instead of ${memberCount}`);
      const last = messages.at(-1);
      if (own.lastMessage?.seq !== last?.seq) differ(id, 'shows another last message');
    }
  }
  for (const list of device.lists) found.push(...differencesOf(device, list, truth));
  for (const list of device.memberLists) found.push(...memberDifferences(device, list, truth));
  return found;
}

/** The same of one open list, as far back as it is loaded. */
function differencesOf(device: Device, list: MessageList, truth: Truth): string[] {
  const { conversationId } = list;
  const conversation = truth.get(conversationId);
  const member = conversation?.members.get(device.person.userId);
  const { status, messages, outgoing, hasOlder } = list.getSnapshot();
  const told = (what: string) => [`${device.name} in ${conversationId}: ${what}`];
  if (member === undefined || conversation === undefined)
    return status === 'gone' ? [] : told(`is ${status}, not gone`);
  if (status !== 'ready') return told(`is ${status}, not ready`);
  const first = hasOlder ? (messages[0]?.position ?? 0) : member.hidden + 1;
  const stored = conversation.messages.filter(({ position }) => position >= first);
  const text = (rows: readonly { id: string; seq: number; content: string }[]) =>
    rows.map(({ id, seq, content }) => `${id} ${seq} ${content}`).join('\n');
  const unsent = outgoing.filter((message) => message.status === 'sending');
  return [
    ...(text(messages) === text(stored)
      ? []
      : told(`shows ${messages.length} messages other than the ${stored.length} stored`)),
    ...(unsent.length === 0 ? [] : told(`${unsent.length} messages are still being sent`)),
  ];
}

/** The same of who is in it, as far as they are loaded. */
function memberDifferences(device: Device, list: MemberList, truth: Truth): string[] {
  const { conversationId } = list;
  const stored = truth.get(conversationId)?.members;
  const { status, members, hasMore } = list.getSnapshot();
  const told = (what: string) => [`${device.name} in ${conversationId}: its list of members ${what}`];
  if (stored?.has(device.person.userId) !== true)
    return status === 'gone' ? [] : told(`is ${status}, not gone`);
  if (status !== 'ready') return told(`is ${status}, not ready`);
  const shown = members.map(({ userId }) => userId);
  const last = hasMore ? (shown.at(-1) ?? '') : null;
  const expected = [...stored.keys()].filter((id) => last === null || id <= last).sort();
  return shown.join() === expected.join() ? [] : told(`has ${shown.length} of ${expected.length}, or others`);
}

export interface Verdict {
  readonly lost: string[];
  readonly doubled: string[];
  readonly disordered: string[];
}

/** What PostgreSQL has, against what was asked for and acknowledged. */
export function judge(ledger: Ledger, truth: Truth): Verdict {
  const verdict: Verdict = { lost: [], doubled: [], disordered: [] };
  const byId = new Map<string, { position: number; conversationId: string }>();
  for (const { id: conversationId, messages } of truth.values()) {
    const seqs = new Set<number>();
    messages.forEach(({ id, position, seq }, index) => {
      if (byId.has(id)) verdict.doubled.push(`${id} is stored twice`);
      byId.set(id, { position, conversationId });
      if (position !== index + 1)
        verdict.disordered.push(`${conversationId}: position ${position} at place ${index + 1}`);
      if (seqs.has(seq)) verdict.disordered.push(`${conversationId}: two messages with seq ${seq}`);
      seqs.add(seq);
    });
  }
  for (const sent of ledger.sent.values()) {
    const stored = byId.get(sent.id);
    if (sent.position === null && sent.refused !== null) continue;
    if (stored === undefined) verdict.lost.push(`${sent.id} of ${sent.device} in ${sent.conversationId}`);
    else if (sent.position !== null && stored.position !== sent.position)
      verdict.disordered.push(
        `${sent.id} was acknowledged at ${sent.position} and stands at ${stored.position}`,
      );
  }
  const lines = Map.groupBy(
    ledger.sent.values(),
    ({ device, conversationId }) => `${device} in ${conversationId}`,
  );
  for (const [line, sent] of lines) {
    const positions = sent
      .toSorted((a, b) => a.number - b.number)
      .flatMap(({ id }) => byId.get(id)?.position ?? []);
    const late = positions.findIndex((position, index) => position < (positions[index - 1] ?? 0));
    if (late !== -1)
      verdict.disordered.push(`${line}: position ${positions[late]} after ${positions[late - 1]}`);
  }
  return verdict;
}
