import type { InvitationCreated, Message } from '@parley/contract';
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

/** How far the server said somebody has read. */
interface Mark {
  readonly userId: string;
  readonly conversationId: string;
  readonly position: number;
}

/** How often something was done, and how often it was not: there was nothing to do it to, or it failed, by code. */
export interface Tries {
  done: number;
  idle: number;
  readonly failed: Record<string, number>;
}

/** What happened in a run, as its actors saw it. */
export class Ledger {
  readonly sent = new Map<string, Sent>();
  /** The latest state of each message that the server answered a change of it with. */
  readonly answered = new Map<string, Message>();
  readonly marks = new Map<string, Mark>();
  /** Pairs of people between whom a block was taken back: streams that went on meanwhile need not know it. */
  readonly #reconciled = new Set<string>();
  /** Invitations that were made, with their tokens. */
  readonly invitations: InvitationCreated[] = [];
  readonly violations: string[] = [];
  /** What people did, by the name of it. */
  readonly operations = new Map<string, Tries>();
  readonly faults = new Map<FaultName, number>();
  /** From the end of each fault until everybody knew all that was stored then, in ms. */
  readonly healed: number[] = [];
  acked = 0;
  deliveries = 0;
  reconnects = 0;
  restarts = 0;

  tries(action: string): Tries {
    const known = this.operations.get(action) ?? { done: 0, idle: 0, failed: {} };
    this.operations.set(action, known);
    return known;
  }

  /** A block between two people is taken back. */
  reconcile(one: string, other: string): void {
    this.#reconciled.add(`${one} ${other}`).add(`${other} ${one}`);
  }

  wereReconciled(one: string, other: string): boolean {
    return this.#reconciled.has(`${one} ${other}`);
  }

  /** The server said that a message is stored like this. */
  told(message: Message): void {
    // What an answer says of the one who asked is not of the row.
    const answer: Message & { isRead?: boolean; epoch?: string } = message;
    const { isRead: _, epoch: __, ownReactions: ___, ...row } = answer;
    if ((this.answered.get(row.id)?.seq ?? 0) < row.seq) this.answered.set(row.id, row);
  }

  /** The server said that somebody has read up to a position. */
  marked(mark: Mark): void {
    const key = `${mark.userId} ${mark.conversationId}`;
    if ((this.marks.get(key)?.position ?? 0) < mark.position) this.marks.set(key, mark);
  }

  violation(text: string): void {
    // The first ones tell most; more of the same would hide them.
    if (this.violations.length < 100) this.violations.push(`${new Date().toISOString()} ${text}`);
  }
}
