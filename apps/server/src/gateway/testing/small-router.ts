import { type LiveSink, type LiveStream, ParleyError, push } from '@parley/contract';
import { errorShapeData, toTRPCError } from '@parley/contract/router';
import { initTRPC, tracked } from '@trpc/server';
import { z } from 'zod';

/** What the small router's procedures see of their caller, and of one another. */
export interface SmallContext {
  readonly user: string | null;
  readonly room: Room;
}

/** A room of numbered events, with every count a test may want to see return to zero. */
export class Room {
  readonly sinks = new Set<LiveSink<unknown>>();
  /** Generators that run. */
  generators = 0;
  /** How far they came, all together. */
  counted = 0;
  /** What mutations wait for. */
  gate: Promise<void> = Promise.resolve();
  readonly cursors: (string | null)[] = [];
  #listeners = new Set<() => void>();

  /** Pushes the same items to everyone who follows. */
  say(...items: readonly unknown[]): void {
    for (const sink of this.sinks) void sink.next(items);
  }

  end(error?: unknown): void {
    for (const sink of this.sinks) sink.end(error);
    this.changed();
  }

  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Settles once the condition holds, which is looked at whenever something in the room changed. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        const listener = (): void => {
          this.#listeners.delete(listener);
          resolve();
        };
        this.#listeners.add(listener);
      });
    }
  }

  follow(lastEventId: string | null): LiveStream<unknown> {
    this.cursors.push(lastEventId);
    return {
      [push]: (sink) => {
        this.sinks.add(sink);
        this.changed();
        return () => {
          this.sinks.delete(sink);
          this.changed();
        };
      },
      [Symbol.asyncIterator]: () => {
        throw new Error('the gateway should have pushed');
      },
    };
  }

  async *count(bytes: number, signal: AbortSignal | undefined): AsyncGenerator {
    this.generators += 1;
    this.changed();
    try {
      for (let n = 1; signal?.aborted !== true; n += 1) {
        this.counted += 1;
        this.changed();
        yield tracked(String(n), { n, text: 'x'.repeat(bytes) });
        await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      this.generators -= 1;
      this.changed();
    }
  }
}

const t = initTRPC.context<SmallContext>().create({
  isDev: false,
  errorFormatter: ({ shape, error }) => {
    const { message, data } = errorShapeData(error);
    return { ...shape, message, data: { ...shape.data, ...data } };
  },
});
const open = t.procedure.use(async ({ next }) => {
  const result = await next();
  if (!result.ok) throw toTRPCError(result.error);
  return result;
});

export const smallRouter = t.router({
  whoami: open.query(({ ctx }) => ctx.user),
  echo: open.input(z.string()).query(({ input }) => input),
  pass: open.input(z.string()).mutation(async ({ ctx, input }) => {
    ctx.room.changed();
    await ctx.room.gate;
    return input;
  }),
  fail: open.input(z.enum(['parley', 'other'])).query(({ input }) => {
    if (input === 'parley') throw new ParleyError('NOT_MEMBER', 'unable to look; not a member');
    throw new Error('a secret of the inside');
  }),
  follow: open
    .input(z.object({ lastEventId: z.string().optional() }).optional())
    .subscription(({ ctx, input }) => ctx.room.follow(input?.lastEventId ?? null)),
  count: open
    .input(z.object({ bytes: z.number() }))
    .subscription(({ ctx, input, signal }) => ctx.room.count(input.bytes, signal)),
});
export type SmallRouter = typeof smallRouter;
