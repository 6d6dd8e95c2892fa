import { ParleyError } from '@parley/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lastOrder, nextOf, ordered, type Queue, stepQueue } from './queue.ts';

const error = new ParleyError('NOT_MEMBER', 'unable to send; you are not in it');
type Step = readonly [what: 'add' | 'fail' | 'retry' | 'store' | 'discard', id: number];
const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom('add', 'fail', 'retry', 'store', 'discard'),
  fc.nat(5),
);

/** The simplest queue: those that wait, in order, and those that failed. */
class Model {
  waiting: string[] = [];
  failed = new Set<string>();

  step([what, number]: Step): void {
    const id = `message ${number}`;
    const [first] = this.waiting;
    if (what === 'add' && !this.waiting.includes(id) && !this.failed.has(id)) this.waiting.push(id);
    if (what === 'retry' && this.failed.delete(id)) this.waiting.push(id);
    if (what === 'discard') this.failed.delete(id);
    if (first === undefined || (what !== 'fail' && what !== 'store')) return;
    this.waiting.shift();
    if (what === 'fail') this.failed.add(first);
  }
}

function play(queue: Queue, [what, number]: Step): Queue {
  const id = `message ${number}`;
  const order = lastOrder(queue, 0);
  const first = nextOf(queue, 'room')?.message.id;
  if (what === 'add') {
    const body = { id, conversationId: 'room', content: id, extras: {}, createdAt: '' };
    const message = { ...body, status: 'sending' } as const;
    return stepQueue(queue, { type: 'add', message: { ...message, error: null }, order });
  }
  if (what === 'retry') return stepQueue(queue, { type: 'retry', id, order });
  if (what === 'discard') {
    return queue.get(id)?.message.status === 'failed' ? stepQueue(queue, { type: 'remove', id }) : queue;
  }
  if (first === undefined) return queue;
  return what === 'fail'
    ? stepQueue(queue, { type: 'fail', id: first, error })
    : stepQueue(queue, { type: 'remove', id: first });
}

test('is first in first out, whatever fails and is tried again', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const model = new Model();
      let queue: Queue = new Map();
      for (const now of steps) {
        queue = play(queue, now);
        model.step(now);
        const messages = ordered(queue).map(({ message }) => message);
        const ids = (status: string) => messages.filter((each) => each.status === status).map(({ id }) => id);
        expect(ids('sending')).toEqual(model.waiting);
        expect(new Set(ids('failed'))).toEqual(model.failed);
      }
    }),
    { numRuns: 500 },
  );
});
