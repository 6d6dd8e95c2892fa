import type { Frame } from '@parley/contract';
import { Subscriber } from '../followers.ts';

/** Writes down what it is told. */
export class Follower extends Subscriber {
  readonly told: (string | Frame)[] = [];
  readonly userId: string;
  readonly open: boolean;

  constructor(userId: string, open = false) {
    super();
    this.userId = userId;
    this.open = open;
  }

  frame(frame: Frame): void {
    this.told.push(frame);
  }

  reset(): void {
    this.told.push('reset');
  }

  dismissed(): void {
    this.told.push('dismissed');
  }

  closed(): void {
    this.told.push('closed');
  }
}
