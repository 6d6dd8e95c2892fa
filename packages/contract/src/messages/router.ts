import { ReadState } from '../conversations/schema.ts';
import { authed, router } from '../trpc.ts';
import {
  MarkRead,
  Message,
  MessageDelete,
  MessageEdit,
  MessageList,
  MessagePage,
  MessageSend,
  MessageWatch,
} from './schema.ts';

export const messagesRouter = router({
  send: authed
    .input(MessageSend)
    .output(Message)
    .mutation(({ ctx, input }) => ctx.messages.send(ctx.viewer, input)),
  list: authed
    .input(MessageList)
    .output(MessagePage)
    .query(({ ctx, input }) => ctx.messages.list(ctx.viewer, input)),
  edit: authed
    .input(MessageEdit)
    .output(Message)
    .mutation(({ ctx, input }) => ctx.messages.edit(ctx.viewer, input)),
  delete: authed
    .input(MessageDelete)
    .output(Message)
    .mutation(({ ctx, input }) => ctx.messages.delete(ctx.viewer, input)),
  markRead: authed
    .input(MarkRead)
    .output(ReadState)
    .mutation(({ ctx, input }) => ctx.messages.markRead(ctx.viewer, input)),
  watch: authed.input(MessageWatch).subscription(({ ctx, input }) => ctx.messages.watch(ctx.viewer, input)),
});
