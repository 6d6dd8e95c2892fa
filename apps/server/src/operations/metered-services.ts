import { ParleyError } from '@parley/contract';
import type { Services } from '@parley/contract/router';

/** Told of every call when it was answered; for a subscription, when it was opened. `code` is `OK` or an error's. */
export type OnCall = (procedure: string, code: string, seconds: number) => void;

/** Watches services where every transport meets: what is called `messages.send` is the same by HTTP, REST and socket. */
export function meteredServices(services: Services, onCall: OnCall): Services {
  return {
    auth: metered('auth', services.auth, onCall),
    users: metered('users', services.users, onCall),
    blocks: metered('blocks', services.blocks, onCall),
    conversations: metered('conversations', services.conversations, onCall),
    groups: metered('groups', services.groups, onCall),
    invitations: metered('invitations', services.invitations, onCall),
    messages: metered('messages', services.messages, onCall),
    mentions: metered('mentions', services.mentions, onCall),
    reactions: metered('reactions', services.reactions, onCall),
    pins: metered('pins', services.pins, onCall),
    saved: metered('saved', services.saved, onCall),
    settings: metered('settings', services.settings, onCall),
    drafts: metered('drafts', services.drafts, onCall),
    inbox: metered('inbox', services.inbox, onCall),
    search: metered('search', services.search, onCall),
    presence: metered('presence', services.presence, onCall),
    threads: metered('threads', services.threads, onCall),
    receipts: metered('receipts', services.receipts, onCall),
    typing: metered('typing', services.typing, onCall),
  };
}

function metered<T extends object>(name: string, service: T, onCall: OnCall): T {
  return new Proxy(service, {
    get(target, key, receiver) {
      const method: unknown = Reflect.get(target, key, receiver);
      if (typeof method !== 'function') return method;
      const procedure = `${name}.${String(key)}`;
      return async (...args: unknown[]): Promise<unknown> => {
        const from = performance.now();
        let code = 'OK';
        try {
          const answer: unknown = await Reflect.apply(method, target, args);
          return answer;
        } catch (error) {
          code = error instanceof ParleyError ? error.code : 'INTERNAL';
          throw error;
        } finally {
          onCall(procedure, code, (performance.now() - from) / 1000);
        }
      };
    },
  });
}
