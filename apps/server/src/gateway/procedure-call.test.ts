import { appRouter } from '@parley/contract/router';
import { callTRPCProcedure, initTRPC, TRPCError } from '@trpc/server';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { callProcedure, chainOf } from './procedure-call.ts';

const t = initTRPC.context<{ name: string }>().meta<{ kind: string }>().create();
const told: string[] = [];
const noisy = t.procedure.use(async ({ ctx, next, path, type, meta }) => {
  told.push(`${type} ${path} ${meta?.kind} for ${ctx.name}`);
  const result = await next({ ctx: { greeting: `Hello, ${ctx.name}` } });
  told.push(result.ok ? 'went well' : result.error.code);
  return result;
});
const router = t.router({
  greet: noisy
    .meta({ kind: 'greeting' })
    .input(z.object({ times: z.coerce.number() }))
    .output(z.object({ text: z.string() }))
    .query(({ ctx, input }) => ({ text: `${ctx.greeting} x${input.times}`, more: 'is cut off' })),
  badOutput: t.procedure.output(z.object({ text: z.string() })).query(() => ({ text: String(1), n: 1 })),
  wrong: t.procedure.output(z.object({ text: z.string().min(9) })).query(() => ({ text: 'short' })),
  fails: noisy.mutation(() => {
    throw new TRPCError({ code: 'CONFLICT', message: 'no' });
  }),
  breaks: noisy.mutation(() => {
    throw new Error('broken');
  }),
  signalled: t.procedure.query(({ signal }) => signal?.aborted ?? 'none'),
  deep: t.router({ down: t.procedure.input(z.string()).query(({ input }) => input) }),
});

const calls = [
  ['query', 'greet', { times: '3' }],
  ['query', 'greet', { times: 'three' }],
  ['query', 'greet', undefined],
  ['query', 'badOutput', undefined],
  ['query', 'wrong', undefined],
  ['mutation', 'fails', undefined],
  ['mutation', 'breaks', 'anything'],
  ['mutation', 'greet', { times: 1 }],
  ['query', 'signalled', undefined],
  ['query', 'deep.down', 'in'],
  ['query', 'deep', 'in'],
  ['query', 'nothing', 'in'],
  ['query', 'constructor', 'in'],
  ['query', '__proto__', 'in'],
] as const;

test.each(calls)('%s %s %j is answered as tRPC answers it', async (type, path, input) => {
  const ctx = { name: 'Ada' };
  const outcome = async (call: Promise<unknown>) => {
    const answer = await call.then(
      (data) => ({ data }),
      (error: unknown) => ({
        error: String(error),
        code: error instanceof TRPCError ? error.code : null,
        cause: error instanceof Error ? String(error.cause) : null,
      }),
    );
    return { answer, told: told.splice(0) };
  };
  const own = await outcome(callProcedure({ router, path, type, ctx, input, signal: undefined }));
  const getRawInput = async () => input;
  const theirs = await outcome(
    callTRPCProcedure({ router, path, type, ctx, signal: undefined, batchIndex: 0, getRawInput }),
  );
  expect(own).toEqual(theirs);
});

test('every procedure there is can be called so: an update of tRPC that builds them otherwise is noticed', () => {
  const paths = Object.keys(appRouter._def.procedures);
  expect(paths.length).toBeGreaterThan(20);
  expect(paths.filter((path) => chainOf(appRouter, path) === null)).toEqual([]);
});
