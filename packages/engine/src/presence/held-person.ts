/** How a lease stands in the database: not at all, or written with this. */
type Written = 'none' | 'here' | 'away';

/** One person as a process holds them: how many clients of theirs are connected here, and what is written of it. */
export class HeldPerson {
  clients = 0;
  /** Clients that have said that nobody looks. */
  idle = 0;
  /** When the last client left, by the process's own clock. */
  leftAt = 0;
  written: Written = 'none';

  /** What is to be written; somebody who has just left is as they were, as they may be back in a moment. */
  wanted(now: number, graceMs: number): Written {
    if (this.clients > 0) return this.idle >= this.clients ? 'away' : 'here';
    return now - this.leftAt < graceMs ? this.written : 'none';
  }

  /** Whether there is nothing to remember. */
  get empty(): boolean {
    return this.clients === 0 && this.idle === 0 && this.written === 'none';
  }
}
