export { ParleyProvider, useClient } from './provider.ts';
export { useBlocks } from './use-blocks.ts';
export { useConnection } from './use-connection.ts';
export { useConversations } from './use-conversations.ts';
export { useMembers } from './use-members.ts';
export { useMessages } from './use-messages.ts';
export { useSession } from './use-session.ts';
