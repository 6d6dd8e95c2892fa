import { useClient } from '@parley/sdk/react';
import { Bell, BellOff } from 'lucide-react';
import { explain } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { LinkButton } from '../../ui/button.tsx';
import { toast } from '../../ui/toast.tsx';

/** Follows a thread, or no more. */
export function FollowButton(props: { conversationId: string; rootId: string; following: boolean }) {
  const { following, ...thread } = props;
  const client = useClient();
  const { t } = useSpeech();
  const Icon = following ? BellOff : Bell;
  return (
    <LinkButton
      className="inline-flex items-center gap-1.5"
      onClick={() => {
        const done = following ? client.threads.unfollow(thread) : client.threads.follow(thread);
        done.catch((error: unknown) => toast(explain(error, t)));
      }}
    >
      <Icon size={14} aria-hidden />
      {t(following ? 'thread.unfollow' : 'thread.follow')}
    </LinkButton>
  );
}
