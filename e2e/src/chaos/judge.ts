import type { Message } from '@parley/contract';
import { differencesBetween } from './compare.ts';
import { contradictionsIn } from './contradictions.ts';
import type { Ledger } from './ledger.ts';
import type { Truth } from './truth.ts';

export interface Verdict {
  readonly lost: string[];
  readonly doubled: string[];
  readonly disordered: string[];
  /** Changes that were acknowledged and are not stored, or not as they were acknowledged. */
  readonly undone: string[];
  /** What is stored twice, and otherwise in one place than in the other. */
  readonly contradictory: string[];
}

/** What PostgreSQL has, against what was asked for and acknowledged. */
export function judge(ledger: Ledger, truth: Truth): Verdict {
  const verdict: Verdict = {
    lost: [],
    doubled: [],
    disordered: [],
    undone: [],
    contradictory: contradictionsIn(truth),
  };
  const byId = new Map<string, Message>();
  for (const [conversationId, { messages }] of truth.conversations) {
    const seqs = new Set<number>();
    messages.forEach((message, index) => {
      const { id, position, seq } = message;
      if (byId.has(id)) verdict.doubled.push(`${id} is stored twice`);
      byId.set(id, message);
      if (position !== index + 1)
        verdict.disordered.push(`${conversationId}: position ${position} at place ${index + 1}`);
      if (seqs.has(seq)) verdict.disordered.push(`${conversationId}: two messages with seq ${seq}`);
      seqs.add(seq);
    });
  }
  judgeSent(ledger, byId, verdict);
  for (const row of ledger.answered.values()) verdict.undone.push(...undoneOf(row, byId.get(row.id)));
  for (const mark of ledger.marks.values()) {
    const { userId, conversationId, position } = mark;
    const stored = truth.conversations.get(conversationId)?.members.get(userId)?.read.readPosition;
    if (stored !== undefined && stored < position)
      verdict.undone.push(`${userId} had read ${conversationId} up to ${position}, and has up to ${stored}`);
  }
  return verdict;
}

function judgeSent(ledger: Ledger, byId: ReadonlyMap<string, Message>, verdict: Verdict): void {
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
}

/** A row as somebody was told it is stored: later changes may have followed it, and a deletion is for good. */
function undoneOf(told: Message, stored: Message | undefined): string[] {
  const undone = (what: string) => [`${told.id} in ${told.conversationId}: ${what}`];
  if (stored === undefined) return undone('is not stored any more');
  if (stored.seq < told.seq) return undone(`changed at ${told.seq}, and stands at ${stored.seq}`);
  if (told.isDeleted && !stored.isDeleted) return undone('was deleted, and is there');
  if (stored.seq > told.seq) return [];
  return differencesBetween(told, stored).flatMap((line) => undone(`was told ${line}`));
}
