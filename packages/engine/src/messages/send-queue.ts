import { ParleyError, Turns } from '@parley/contract';
import { asServiceError, isRowFault, isTransient } from '../db/errors.ts';
import type { OutgoingMessage, SendOutcome } from './queries.ts';

/** Stores one batch; `skipLocked` leaves out, as `busy`, what somebody else holds. */
export type SendBatch = (batch: readonly OutgoingMessage[], skipLocked: boolean) => Promise<SendOutcome[]>;

/** What became of a message in the end. */
export type Sent = Exclude<SendOutcome, { outcome: 'busy' }>;

interface Waiting {
  readonly message: OutgoingMessage;
  /** What is done instead of storing it in a batch, alone; only in a conversation's own lane. */
  readonly alone: (() => Promise<void>) | null;
  readonly deadline: number;
  resolve(sent: Sent): void;
  reject(error: unknown): void;
}

interface Lane {
  /** Null for a lane that many conversations share, which skips those that somebody else holds. */
  readonly conversationId: string | null;
  waiting: Waiting[];
  running: boolean;
  /** What is under way, and has to be over before a lane goes on that was opened meanwhile. */
  run: Promise<void>;
}

/** Whether the sends of many conversations share a lane, and so a statement, or each conversation has its own. */
export type SendLanes = 'shared' | 'per-conversation';

/** How long a message may wait to be stored before its caller is told UNAVAILABLE, in milliseconds. */
const patience = 10_000;
const deadlocksBorne = 4;
/** While the answers of one batch are sent, and what comes next is read, the database stores the one of the other lane. */
const sharedLanes = 2;
/** Enough that what a statement costs by itself is shared by many, and few enough that it is soon done. */
const batchMessages = 256;
/** Up to so many wait, they all go in one statement: there is not enough to do for two. */
const togetherShare = 1 / 2;
/** Characters of content in one statement at most, unless a single message has more. */
const batchCharacters = 2_000_000;

/**
 * Groups sends: while one batch is being committed the next one collects, in order of arrival. A few lanes serve all
 * conversations, each always the same ones, and skip the rows somebody else holds; those conversations get a lane of their
 * own, which waits, until it runs empty. So one locked room delays nobody else, and within a room order stays that of
 * arrival.
 *
 * With a lane per conversation all have one of their own, made when it is needed and gone when it runs empty, and no batch
 * mixes conversations: for tables distributed by conversation, where a batch of many would concern many nodes.
 */
export class SendQueue {
  readonly #send: SendBatch;
  readonly #batchSize: number;
  /** None where each conversation has its own. */
  readonly #shared: readonly Lane[];
  readonly #own = new Map<string, Lane>();
  readonly #turns: Turns;
  readonly #running = new Set<Promise<void>>();
  #waking = false;

  /**
   * @param batchSize messages per statement at most
   * @param shared lanes that all conversations share
   * @param atOnce statements under way at most when each conversation has a lane; lanes take turns
   */
  constructor(
    send: SendBatch,
    options: {
      readonly batchSize?: number;
      readonly lanes?: SendLanes;
      readonly shared?: number;
      readonly atOnce?: number;
    } = {},
  ) {
    const { batchSize = batchMessages, lanes = 'shared', shared = sharedLanes, atOnce = Infinity } = options;
    const isShared = lanes === 'shared';
    this.#send = send;
    this.#batchSize = batchSize;
    this.#shared = Array.from({ length: isShared ? shared : 0 }, () => laneOf(null));
    // What a shared lane skipped must not keep it from going on, so there nobody waits for a turn.
    this.#turns = new Turns(isShared ? Infinity : atOnce);
  }

  /** How many conversations have a lane of their own now. */
  get ownLanes(): number {
    return this.#own.size;
  }

  /**
   * Stores a message.
   * @throws UNAVAILABLE when the database is away or too slow; whether it was stored is then unknown
   */
  send(message: OutgoingMessage): Promise<Sent> {
    return new Promise((resolve, reject) => {
      const waiting = { message, alone: null, deadline: Date.now() + patience, resolve, reject };
      const { conversationId } = message;
      const lane = this.#own.get(conversationId) ?? this.#sharedBy(conversationId);
      this.#enter(lane ?? this.#open(conversationId), [waiting]);
    });
  }

  /**
   * Stores a message that no batch can take by doing `work`, when its turn comes among those of its conversation.
   * @throws what `work` does; UNAVAILABLE when its turn did not come in time
   */
  sendAlone<T>(message: OutgoingMessage, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const alone = () => work().then(resolve, reject);
      const waiting = { message, alone, deadline: Date.now() + patience, resolve: () => {}, reject };
      const { conversationId } = message;
      this.#enter(this.#own.get(conversationId) ?? this.#openApart(conversationId), [waiting]);
    });
  }

  /** Resolves when nothing is under way any more. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Always the same for a conversation, or its messages could overtake each other. Ids end at random. */
  #sharedBy(conversationId: string): Lane | undefined {
    return this.#shared[conversationId.charCodeAt(conversationId.length - 1) % this.#shared.length];
  }

  #open(conversationId: string): Lane {
    const lane = laneOf(conversationId);
    this.#own.set(conversationId, lane);
    return lane;
  }

  /** Opens a lane for a conversation that shares one: with what waits there for it, and after what is under way there. */
  #openApart(conversationId: string): Lane {
    const shared = this.#sharedBy(conversationId);
    const lane = this.#open(conversationId);
    if (shared === undefined) return lane;
    lane.run = shared.run;
    [lane.waiting, shared.waiting] = parted(shared.waiting, new Set([conversationId]));
    return lane;
  }

  #enter(lane: Lane, arrivals: readonly Waiting[]): void {
    lane.waiting.push(...arrivals);
    if (lane.running) return;
    if (lane.conversationId === null) this.#wake();
    else this.#start([lane], () => this.#runOwn(lane));
  }

  #start(lanes: readonly Lane[], work: () => Promise<void>): void {
    // Called first: a lane that was opened beside another one still has the run of that one to wait for.
    const run = work().finally(() => this.#running.delete(run));
    for (const lane of lanes) {
      lane.running = true;
      lane.run = run;
    }
    this.#running.add(run);
  }

  async #runOwn(lane: Lane): Promise<void> {
    await lane.run;
    while (lane.waiting.length > 0) {
      const alone = lane.waiting[0]?.alone == null ? undefined : lane.waiting.shift();
      await this.#turns.take(() => (alone === undefined ? this.#storeNext([lane]) : runAlone(alone)));
    }
    lane.running = false;
    if (lane.conversationId !== null) this.#own.delete(lane.conversationId);
  }

  /** Looks at the shared lanes once this turn is over: what arrives in it, on any socket, shares the first batch. */
  #wake(): void {
    if (this.#waking) return;
    this.#waking = true;
    const wake = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      this.#waking = false;
      const idle = this.#shared.filter(({ running, waiting }) => !running && waiting.length > 0);
      const waiting = idle.reduce((sum, lane) => sum + lane.waiting.length, 0);
      const together = waiting <= this.#batchSize * togetherShare;
      for (const lanes of together ? [idle] : idle.map((lane) => [lane])) this.#startShared(lanes);
      this.#running.delete(wake);
    });
    this.#running.add(wake);
  }

  #startShared(lanes: readonly Lane[]): void {
    if (lanes.length === 0) return;
    this.#start(lanes, async () => {
      try {
        await this.#storeNext(lanes);
      } finally {
        for (const lane of lanes) lane.running = false;
        this.#wake();
      }
    });
  }

  async #storeNext(lanes: readonly Lane[]): Promise<void> {
    const batch = lanes.flatMap((lane) => this.#take(lane));
    const skipsLocked = lanes.every(({ conversationId }) => conversationId === null);
    const now = Date.now();
    const late = batch.filter(({ deadline }) => deadline <= now);
    for (const waiting of late) waiting.reject(tooSlow());
    const busy = await this.#store(
      batch.filter(({ deadline }) => deadline > now),
      skipsLocked,
    );
    if (skipsLocked) this.#setAside(lanes, busy);
    // Copies within a batch, which are next again.
    else for (const lane of lanes) lane.waiting.unshift(...busy);
  }

  #take(lane: Lane): Waiting[] {
    let characters = 0;
    let count = 0;
    for (const { message, alone } of lane.waiting) {
      characters += message.content.length;
      if (alone !== null || count === this.#batchSize || (count > 0 && characters > batchCharacters)) break;
      count += 1;
    }
    return lane.waiting.splice(0, count);
  }

  /** @returns what is busy */
  async #store(batch: readonly Waiting[], skipLocked: boolean, deadlocks = 0): Promise<readonly Waiting[]> {
    if (batch.length === 0) return [];
    let outcomes: SendOutcome[];
    try {
      outcomes = await this.#send(
        batch.map(({ message }) => message),
        skipLocked,
      );
    } catch (error) {
      if (isTransient(error) && deadlocks < deadlocksBorne)
        return this.#store(batch, skipLocked, deadlocks + 1);
      if (isRowFault(error) && batch.length > 1) return this.#split(batch, skipLocked);
      for (const waiting of batch) waiting.reject(asServiceError(error));
      return [];
    }
    const busy: Waiting[] = [];
    for (const outcome of outcomes) {
      const waiting = batch[outcome.index];
      if (waiting === undefined) continue;
      if (outcome.outcome === 'busy') busy.push(waiting);
      else waiting.resolve(outcome);
    }
    return busy;
  }

  /** Halves a batch that failed for one row's sake, until that row fails alone. */
  async #split(batch: readonly Waiting[], skipLocked: boolean): Promise<readonly Waiting[]> {
    const middle = Math.ceil(batch.length / 2);
    const busy = await this.#store(batch.slice(0, middle), skipLocked);
    // What follows a busy one in its conversation must not overtake it.
    const held = new Set(busy.map(({ message }) => message.conversationId));
    const isBehind = ({ message }: Waiting) => held.has(message.conversationId);
    const rest = batch.slice(middle);
    const more = await this.#store(
      rest.filter((waiting) => !isBehind(waiting)),
      skipLocked,
    );
    return [...busy, ...rest.filter(isBehind), ...more];
  }

  /** Gives each held conversation a lane of its own, with all that waits for it, in order. */
  #setAside(lanes: readonly Lane[], busy: readonly Waiting[]): void {
    if (busy.length === 0) return;
    const ids = new Set(busy.map(({ message }) => message.conversationId));
    const behind: Waiting[] = [];
    for (const lane of lanes) {
      const [apart, rest] = parted(lane.waiting, ids);
      behind.push(...apart);
      if (apart.length > 0) lane.waiting = rest;
    }
    for (const id of ids) {
      const [own] = parted([...busy, ...behind], new Set([id]));
      const opened = this.#own.get(id);
      // Opened meanwhile, it waits for this to be over: what it has came later.
      if (opened === undefined) this.#enter(this.#open(id), own);
      else opened.waiting.unshift(...own);
    }
  }
}

function laneOf(conversationId: string | null): Lane {
  return { conversationId, waiting: [], running: false, run: Promise.resolve() };
}

/** What waits for some conversations, and the rest, in order. */
function parted(waiting: readonly Waiting[], ids: ReadonlySet<string>): [Waiting[], Waiting[]] {
  const isTheirs = ({ message }: Waiting) => ids.has(message.conversationId);
  return [waiting.filter(isTheirs), waiting.filter((each) => !isTheirs(each))];
}

async function runAlone(waiting: Waiting): Promise<void> {
  if (waiting.deadline <= Date.now()) waiting.reject(tooSlow());
  else await waiting.alone?.();
}

function tooSlow(): ParleyError {
  return new ParleyError('UNAVAILABLE', 'unable to send the message; the database did not take it in time');
}
