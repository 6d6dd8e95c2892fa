import { useSession } from '@parley/sdk/react';
import { SignIn } from './features/auth/sign-in.tsx';
import { ConnectionBanner } from './features/connection/connection-banner.tsx';
import { Sidebar } from './features/conversations/sidebar.tsx';
import { ConversationView } from './features/messages/conversation-view.tsx';
import { useRoute } from './route.ts';
import './app.css';

export function App() {
  const session = useSession();
  return session === null ? <SignIn /> : <Chat key={session.user.id} />;
}

/** The list of conversations and the open one: side by side, or one at a time on a narrow screen. */
function Chat() {
  const { conversationId } = useRoute();
  return (
    <div className="chat" data-open={conversationId !== null || undefined}>
      <ConnectionBanner />
      <Sidebar openId={conversationId} />
      <main className="chat-main">
        {conversationId === null ? (
          <NothingOpen />
        ) : (
          <ConversationView key={conversationId} conversationId={conversationId} />
        )}
      </main>
    </div>
  );
}

function NothingOpen() {
  return (
    <div className="chat-empty">
      <p>Choose a conversation, or start a new one.</p>
    </div>
  );
}
