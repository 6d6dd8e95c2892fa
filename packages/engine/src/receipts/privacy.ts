import type { Bus } from '../bus/bus.ts';
import { parsePayload } from '../feeds/events.ts';

/** One for everybody: that somebody changes whether they share their receipts is rare. */
export const privacyChannel = 'receipts-privacy';

/** Says that somebody shares their receipts from now on, or does not. Call it after the commit. */
export function publishReceiptsPrivacy(bus: Bus, userId: string): void {
  bus.publish(privacyChannel, JSON.stringify(userId));
}

/** Whom a payload is about; null when it is not one of `publishReceiptsPrivacy`. */
export function parsePrivacy(payload: string): string | null {
  const userId = parsePayload(payload);
  return typeof userId === 'string' ? userId : null;
}
