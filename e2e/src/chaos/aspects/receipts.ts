import type { Receipt } from '@parley/contract';
import type { Device } from '../device.ts';
import type { TrueMember } from '../true-member.ts';
import type { Truth } from '../truth.ts';
import type { Aspect } from './aspect.ts';

/** How far the others have got and read what somebody looks at, of those whose receipts they may see. */
export const receipts: Aspect = {
  shown(device) {
    const { looking } = device;
    if (looking === undefined) return null;
    const { status, receipts: shown } = looking.receipts.getSnapshot();
    return { of: looking.conversationId, status, receipts: heard(device, [...shown.values()]) };
  },
  stored(device: Device, truth: Truth) {
    const { looking, person } = device;
    if (looking === undefined) return null;
    const { conversationId: of } = looking;
    const members = truth.conversations.get(of)?.members;
    if (members?.has(person.userId) !== true) return { of, status: 'loading', receipts: {} };
    const seen = [...members.values()].filter(({ row }) => maySee(truth, person.userId, row.userId));
    return { of, status: 'ready', receipts: heard(device, seen.map(receiptOf)) };
  },
};

function heard(device: Device, of: readonly Receipt[]): Record<string, Receipt> {
  return Object.fromEntries(
    of.filter(({ userId }) => !device.mayNotHearOf(userId)).map((receipt) => [receipt.userId, receipt]),
  );
}

/** Who keeps theirs to themselves sees none of others; nor do two of whom one has blocked the other. */
function maySee({ blocks, keepers }: Truth, viewerId: string, otherId: string): boolean {
  if (viewerId === otherId || keepers.has(viewerId) || keepers.has(otherId)) return false;
  return blocks.get(viewerId)?.has(otherId) !== true && blocks.get(otherId)?.has(viewerId) !== true;
}

/** What was read was delivered. */
function receiptOf({ row, read, deliveredPosition }: TrueMember): Receipt {
  return {
    userId: row.userId,
    joinedPosition: row.joinedPosition,
    deliveredPosition: Math.max(deliveredPosition, read.readPosition),
    readPosition: read.readPosition,
  };
}
