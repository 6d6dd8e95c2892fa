import { ReadMark } from '../conversations/schema.ts';
import { StoredSettings } from '../settings/schema.ts';
import { authed, router } from '../trpc.ts';
import { Changes, ChangesSince } from './changes.ts';
import {
  FoundPosition,
  MarkRead,
  MarkUnread,
  MessageEdit,
  MessageList,
  MessagePage,
  MessageRef,
  MessageSend,
  MessageView,
  MessageWatch,
  PositionAt,
  StoredMessage,
} from './schema.ts';

export const messagesRouter = router({
  send: authed
    .meta({
      openapi: {
        method: 'POST',
        path: '/messages',
        summary: 'Send a message',
        location: '/messages/{id}',
        errors: ['NOT_MEMBER', 'NOT_FOUND', 'CONFLICT'],
      },
    })
    .input(MessageSend)
    .output(StoredMessage)
    .mutation(({ ctx, input }) => ctx.messages.send(ctx.viewer, input)),
  list: authed
    .meta({
      openapi: {
        method: 'GET',
        path: '/messages/conversation/{conversationId}',
        summary: 'List a page of the timeline',
        errors: ['NOT_MEMBER'],
      },
    })
    .input(MessageList)
    .output(MessagePage)
    .query(({ ctx, input }) => ctx.messages.list(ctx.viewer, input)),
  positionAt: authed
    .meta({
      openapi: {
        method: 'GET',
        path: '/conversations/{conversationId}/position',
        summary: 'Find the first entry of a time or later',
        errors: ['NOT_MEMBER'],
      },
    })
    .input(PositionAt)
    .output(FoundPosition)
    .query(({ ctx, input }) => ctx.messages.positionAt(ctx.viewer, input)),
  changes: authed
    .meta({
      openapi: {
        method: 'GET',
        path: '/conversations/{conversationId}/changes',
        summary: 'List what changed in a conversation since a seq',
        errors: ['NOT_MEMBER'],
      },
    })
    .input(ChangesSince)
    .output(Changes)
    .query(({ ctx, input }) => ctx.messages.changes(ctx.viewer, input)),
  get: authed
    .meta({
      openapi: {
        method: 'GET',
        path: '/messages/{messageId}',
        summary: 'Read a message',
        errors: ['NOT_MEMBER', 'NOT_FOUND', 'CONFLICT'],
      },
    })
    .input(MessageRef)
    .output(MessageView)
    .query(({ ctx, input }) => ctx.messages.get(ctx.viewer, input)),
  edit: authed
    .meta({
      openapi: {
        method: 'PUT',
        path: '/messages/{messageId}',
        summary: 'Replace the content of a message',
        errors: ['NOT_MEMBER', 'NOT_FOUND', 'CONFLICT'],
      },
    })
    .input(MessageEdit)
    .output(StoredMessage)
    .mutation(({ ctx, input }) => ctx.messages.edit(ctx.viewer, input)),
  delete: authed
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/messages/{messageId}',
        summary: 'Empty a message',
        errors: ['NOT_MEMBER', 'NOT_FOUND', 'CONFLICT'],
      },
    })
    .input(MessageRef)
    .output(StoredMessage)
    .mutation(({ ctx, input }) => ctx.messages.delete(ctx.viewer, input)),
  markRead: authed
    .meta({
      openapi: {
        method: 'PUT',
        path: '/messages/mark-as-read',
        summary: 'Mark a conversation as read, up to a position, up to messages, or all',
        errors: ['NOT_MEMBER', 'NOT_FOUND'],
      },
    })
    .input(MarkRead)
    .output(ReadMark)
    .mutation(({ ctx, input }) => ctx.messages.markRead(ctx.viewer, input)),
  markUnread: authed
    .meta({
      openapi: {
        method: 'PUT',
        path: '/messages/mark-as-unread',
        summary: 'Mark a conversation as unread from an entry on',
        errors: ['NOT_MEMBER', 'NOT_FOUND'],
      },
    })
    .input(MarkUnread)
    .output(StoredSettings)
    .mutation(({ ctx, input }) => ctx.messages.markUnread(ctx.viewer, input)),
  watch: authed.input(MessageWatch).subscription(({ ctx, input }) => ctx.messages.watch(ctx.viewer, input)),
});
