import { ParleyError } from '@parley/contract';

/** Where a watcher is: the id of its last event, `epoch:joinedSeq:seq` (rule 8). */
export interface WatchCursor {
  readonly epoch: string;
  readonly joinedSeq: number;
  readonly seq: number;
}

export function eventIdOf({ epoch, joinedSeq, seq }: WatchCursor): string {
  return `${epoch}:${joinedSeq}:${seq}`;
}

/** @throws INVALID_INPUT for what is no event id */
export function parseEventId(id: string): WatchCursor {
  const [, epoch, joinedSeq, seq] = /^([0-9a-f]{1,64}):(\d{1,15}):(\d{1,15})$/.exec(id) ?? [];
  if (epoch === undefined) {
    throw new ParleyError('INVALID_INPUT', 'unable to resume; lastEventId is not the id of an event', {
      fields: [{ path: 'lastEventId', message: 'must be the id of an event' }],
    });
  }
  return { epoch, joinedSeq: Number(joinedSeq), seq: Number(seq) };
}
