import type { Meter } from '../meter.ts';
import type { SendBatch } from './send-queue.ts';

/** Tells the meter of every batch; what found its conversation busy is told of when it is sent again. */
export function meteredBatch(send: SendBatch, meter: Meter): SendBatch {
  return async (batch, skipLocked) => {
    const outcomes = await send(batch, skipLocked);
    meter.batch(batch.length);
    for (const { outcome } of outcomes) if (outcome !== 'busy') meter.send(outcome);
    return outcomes;
  };
}
