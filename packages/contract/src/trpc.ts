import { initTRPC } from '@trpc/server';
import type { Context } from './context.ts';
import { requireScope } from './keys/scopes.ts';
import type { ProcedureMeta } from './rest.ts';
import { errorShapeData, toTRPCError } from './trpc-errors.ts';

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

/** A procedure anyone can call. */
export const open = t.procedure.meta({ open: true }).use(async ({ next }) => {
  const result = await next();
  if (!result.ok) throw toTRPCError(result.error);
  return result;
});

/** A procedure for those who are signed in; `ctx.viewer` says who. */
export const authed = open.meta({ open: false }).use(async ({ ctx, next, path, type, meta }) => {
  const viewer = await ctx.authenticate();
  if (viewer.key !== undefined) requireScope(viewer.key, { path, type, meta });
  return next({ ctx: { viewer } });
});

/** A procedure for servers with an API key, whomever they act for; `ctx.key` says which. */
export const keyed = open.meta({ open: false, keys: 'only' }).use(async ({ ctx, next, path, type, meta }) => {
  const key = await ctx.authenticateKey();
  requireScope(key, { path, type, meta });
  return next({ ctx: { key } });
});
