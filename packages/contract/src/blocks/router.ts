import { z } from 'zod';
import { authed, router } from '../trpc.ts';
import { BlockList, BlockPage, BlockRef } from './schema.ts';

export const blocksRouter = router({
  add: authed
    .meta({
      openapi: {
        method: 'PUT',
        path: '/blocks/{userId}',
        summary: 'Block a person, who is not told',
        errors: ['NOT_FOUND'],
      },
    })
    .input(BlockRef)
    .output(z.void())
    .mutation(({ ctx, input }) => ctx.blocks.add(ctx.viewer, input)),
  remove: authed
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/blocks/{userId}',
        summary: 'Take a block back',
        errors: ['NOT_FOUND'],
      },
    })
    .input(BlockRef)
    .output(z.void())
    .mutation(({ ctx, input }) => ctx.blocks.remove(ctx.viewer, input)),
  list: authed
    .meta({ openapi: { method: 'GET', path: '/blocks', summary: 'List whom one has blocked' } })
    .input(BlockList)
    .output(BlockPage)
    .query(({ ctx, input }) => ctx.blocks.list(ctx.viewer, input)),
});
