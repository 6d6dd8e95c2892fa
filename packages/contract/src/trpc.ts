import { initTRPC } from '@trpc/server';
import type { Viewer } from './auth/schema.ts';
import type { LimitedCall } from './call-limits.ts';
import type { Context } from './context.ts';
import { ParleyError } from './errors.ts';
import type { ProcedureMeta } from './rest.ts';
import { asParleyError, errorShapeData, toTRPCError } from './trpc-errors.ts';

const t = initTRPC
  .context<Context>()
  .meta<ProcedureMeta>()
  .create({
    isDev: false,
    errorFormatter: ({ shape, error, ctx }) => {
      const { message, data } = errorShapeData(error, ctx?.requestId);
      return { ...shape, message, data: { ...shape.data, ...data } };
    },
  });

export const router = t.router;

const base = t.procedure.use(async ({ next }) => {
  const result = await next();
  if (!result.ok) throw toTRPCError(result.error);
  return result;
});

/** A procedure anyone can call. */
export const open = base.meta({ open: true }).use(async ({ ctx, path, getRawInput, next }) => {
  const settle = await ctx.limits.admit({ path, viewer: null, client: ctx.client, getRawInput });
  const result = await next();
  settle?.(result.ok ? 'OK' : asParleyError(toTRPCError(result.error)).code);
  return result;
});

/** A procedure for those who are signed in; `ctx.viewer` says who. */
export const authed = base.meta({ open: false }).use(async ({ ctx, path, getRawInput, next }) => {
  const call = { path, client: ctx.client, getRawInput };
  const viewer = await identify(ctx, call);
  const settle = await ctx.limits.admit({ ...call, viewer });
  const result = await next({ ctx: { viewer } });
  settle?.(result.ok ? 'OK' : asParleyError(toTRPCError(result.error)).code);
  return result;
});

/** Who calls. Credentials that are refused count for the address they come from: it cannot try them without end. */
async function identify(ctx: Context, call: Omit<LimitedCall, 'viewer'>): Promise<Viewer> {
  try {
    return await ctx.authenticate();
  } catch (error) {
    if (error instanceof ParleyError && error.code === 'UNAUTHENTICATED') {
      await ctx.limits.admit({ ...call, viewer: null });
    }
    throw error;
  }
}
