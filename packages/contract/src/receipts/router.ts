import { authed, router } from '../trpc.ts';
import {
  Delivered,
  MessageReceipts,
  ReceiptList,
  ReceiptPage,
  ReceiptsDelivered,
  ReceiptsOf,
  ReceiptsWatch,
} from './schema.ts';

export const receiptsRouter = router({
  delivered: authed
    .meta({
      openapi: {
        method: 'PUT',
        path: '/receipts/delivered',
        summary: 'Say how far one has got conversations',
      },
    })
    .input(ReceiptsDelivered)
    .output(Delivered)
    .mutation(({ ctx, input }) => ctx.receipts.delivered(ctx.viewer, input)),
  list: authed
    .meta({
      openapi: {
        method: 'GET',
        path: '/conversations/{conversationId}/receipts',
        summary: 'List how far the others have got and read a conversation',
        errors: ['NOT_MEMBER'],
      },
    })
    .input(ReceiptList)
    .output(ReceiptPage)
    .query(({ ctx, input }) => ctx.receipts.list(ctx.viewer, input)),
  of: authed
    .meta({
      openapi: {
        method: 'GET',
        path: '/messages/{messageId}/receipts',
        summary: 'See who has got, and who has read, a message',
        errors: ['NOT_MEMBER', 'NOT_FOUND', 'CONFLICT'],
      },
    })
    .input(ReceiptsOf)
    .output(MessageReceipts)
    .query(({ ctx, input }) => ctx.receipts.of(ctx.viewer, input)),
  watch: authed.input(ReceiptsWatch).subscription(({ ctx, input }) => ctx.receipts.watch(ctx.viewer, input)),
});
