import type { CallLimits, LimitedCall, Settle } from '@parley/contract';
import type { Log } from '../log.ts';
import { Book, limited } from './book.ts';
import { Familiar } from './familiar.ts';
import { networkOf } from './network.ts';
import { defaultRates, type LimitRates } from './rates.ts';
import { RedisLink, type LimitsRedis } from './redis-link.ts';
import { Seats } from './seats.ts';
import { SignIns } from './sign-ins.ts';
import { signInPause } from './pause.ts';
import { costsOf, rawInput, readsInput } from './tolls.ts';

export interface LimitsOptions {
  /** Where processes count together; null when each counts for itself. */
  readonly redis: LimitsRedis | null;
  /** In place of the default ones. */
  readonly rates?: Partial<LimitRates>;
  /** WebSockets and streams of events of one person on this process; 20 unless told. */
  readonly socketsPerUser?: number;
}

/** How often, and how much at once. */
export interface Limits extends CallLimits {
  /** Whether processes count together right now. */
  readonly shared: boolean;
  /** Counts a connection from an address. @throws LIMITED, with the time to wait */
  connect(address: string): void | Promise<void>;
  /** A place for one more connection of a person. @returns what gives it back @throws LIMITED */
  seat(userId: string): () => void;
}

/** Beyond which somebody may come back who has too many sockets: when one of them closes, nobody knows. */
const seatRetryMs = 10_000;
const sweepMs = 10_000;

const pause = signInPause();

/** Nobody is held back. */
export const unlimited: Limits & Disposable = {
  shared: false,
  admit: () => null,
  connect() {},
  seat: () => () => {},
  [Symbol.dispose]() {},
};

/** @param onRefused told the limit whenever somebody is held back */
export function createLimits(
  { redis, rates, socketsPerUser = 20 }: LimitsOptions,
  log: Log,
  onRefused: (limit: string) => void,
): Limits & Disposable {
  const link = redis && new RedisLink(redis, log);
  const book = new Book({ ...defaultRates, ...rates }, link, onRefused);
  const signIns = new SignIns(book, new Familiar(link));
  const seats = new Seats(socketsPerUser);
  const timer = setInterval(() => book.sweep(), sweepMs);
  return {
    get shared() {
      return link?.answers === true;
    },
    admit(call) {
      if (call.path === 'auth.login') return admitSignIn(book, signIns, call);
      const paid = readsInput.has(call.path)
        ? rawInput(call).then((input) => pay(book, call, input))
        : pay(book, call, undefined);
      return paid instanceof Promise ? paid.then(() => null) : null;
    },
    connect: (address) => book.take('connect', networkOf(address)),
    seat(userId) {
      const seat = seats.take(userId);
      if (seat !== null) return seat;
      onRefused('sockets');
      throw limited('too many connections are open', seatRetryMs);
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      link?.[Symbol.dispose]();
    },
  };
}

async function admitSignIn(book: Book, signIns: SignIns, call: LimitedCall): Promise<Settle | null> {
  try {
    await pay(book, call, undefined);
    return await signIns.admit(call);
  } catch (error) {
    await pause.take();
    throw error;
  }
}

/** Counts a call for all that it costs, from the cost at `from` on. */
function pay(book: Book, call: LimitedCall, input: unknown, from = 0): void | Promise<void> {
  const costs = costsOf(call);
  for (let at = from; at < costs.length; at += 1) {
    const cost = costs[at];
    const key = cost?.keyOf(call, input) ?? null;
    if (cost === undefined || key === null) continue;
    const paid = book.take(cost.limit, key);
    if (paid instanceof Promise) return paid.then(() => pay(book, call, input, at + 1));
  }
  return undefined;
}
