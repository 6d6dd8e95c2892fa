import { initTRPC } from '@trpc/server';
import type { LimitedCall } from './call-limits.ts';
import type { Context } from './context.ts';
import { ParleyError } from './errors.ts';
import { requireScope } from './keys/scopes.ts';
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
export const authed = base.meta({ open: false }).use(async ({ ctx, path, type, meta, getRawInput, next }) => {
  const call = { path, client: ctx.client, getRawInput };
  const viewer = await identify(ctx, call, () => ctx.authenticate());
  const settle = await ctx.limits.admit({ ...call, viewer });
  if (viewer.key !== undefined) requireScope(viewer.key, { path, type, meta });
  const result = await next({ ctx: { viewer } });
  settle?.(result.ok ? 'OK' : asParleyError(toTRPCError(result.error)).code);
  return result;
});

/** A procedure for servers with an API key, whomever they act for; `ctx.key` says which. */
export const keyed = base
  .meta({ open: false, keys: 'only' })
  .use(async ({ ctx, path, type, meta, getRawInput, next }) => {
    const call = { path, client: ctx.client, getRawInput };
    const key = await identify(ctx, call, () => ctx.authenticateKey());
    await ctx.limits.admit({ ...call, viewer: { userId: key.id, sessionId: key.id } });
    requireScope(key, { path, type, meta });
    return next({ ctx: { key } });
  });

/** Who calls. Credentials that are refused count for the address they come from: it cannot try them without end. */
async function identify<T>(
  ctx: Context,
  call: Omit<LimitedCall, 'viewer'>,
  authenticate: () => T | Promise<T>,
): Promise<T> {
  try {
    return await authenticate();
  } catch (error) {
    if (error instanceof ParleyError && error.code === 'UNAUTHENTICATED') {
      await ctx.limits.admit({ ...call, viewer: null });
    }
    throw error;
  }
}
