import type { FaultName } from './faults.ts';

/** One message somebody asked to be sent. */
export interface Sent {
  readonly id: string;
  readonly conversationId: string;
  readonly userId: string;
  /** The device it was written on, and its place among what was written there to that conversation. */
  readonly device: string;
  readonly number: number;
  /** Where the server said it is; null while unknown. */
  position: number | null;
  /** Refused for good, with this code. */
  refused: string | null;
}

/** What happened in a run, as its actors saw it. */
export class Ledger {
  readonly sent = new Map<string, Sent>();
  readonly violations: string[] = [];
  readonly operations: Record<string, number> = {};
  /** Errors of calls, by code. */
  readonly errors: Record<string, number> = {};
  readonly faults = new Map<FaultName, number>();
  /** From the end of each fault until everybody knew all that was stored then, in ms. */
  readonly healed: number[] = [];
  acked = 0;
  deliveries = 0;
  reconnects = 0;
  restarts = 0;

  count(operation: string): void {
    this.operations[operation] = (this.operations[operation] ?? 0) + 1;
  }

  error(code: string): void {
    this.errors[code] = (this.errors[code] ?? 0) + 1;
  }

  violation(text: string): void {
    // The first ones tell most; more of the same would hide them.
    if (this.violations.length < 100) this.violations.push(`${new Date().toISOString()} ${text}`);
  }
}
