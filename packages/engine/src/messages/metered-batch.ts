import type { Meter } from '../meter.ts';
import type { SendBatch } from './send-queue.ts';
import type { SpecialSent } from './send-with-extras.ts';

/** Tells the meter of every batch; what found its conversation busy is told of when it is sent again. */
export function meteredBatch(send: SendBatch, meter: Meter): SendBatch {
  return async (batch, skipLocked) => {
    const outcomes = await send(batch, skipLocked);
    meter.batch(batch.length);
    for (const { outcome } of outcomes) if (outcome !== 'busy') meter.send(outcome);
    return outcomes;
  };
}

/** Tells the meter of a message that is stored alone, as of a batch of one. */
export async function metered(sending: Promise<SpecialSent>, meter: Meter): Promise<SpecialSent> {
  const sent = await sending;
  meter.batch(1);
  meter.send(sent.outcome === 'stored-special' ? 'stored' : sent.outcome);
  return sent;
}
