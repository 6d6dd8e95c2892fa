import type { Services } from '@parley/contract/router';
import { asServiceError } from './db/errors.ts';

/** The services with errors of the database told in Parley's own terms. */
export function translatingErrors(services: Services): Services {
  return {
    auth: translate(services.auth),
    users: translate(services.users),
    blocks: translate(services.blocks),
    conversations: translate(services.conversations),
    groups: translate(services.groups),
    invitations: translate(services.invitations),
    messages: translate(services.messages),
    mentions: translate(services.mentions),
    reactions: translate(services.reactions),
    pins: translate(services.pins),
    saved: translate(services.saved),
    settings: translate(services.settings),
    drafts: translate(services.drafts),
    inbox: translate(services.inbox),
    search: translate(services.search),
    presence: translate(services.presence),
    threads: translate(services.threads),
    receipts: translate(services.receipts),
    typing: translate(services.typing),
  };
}

function translate<T extends object>(service: T): T {
  return new Proxy(service, {
    get(target, key, receiver) {
      const method: unknown = Reflect.get(target, key, receiver);
      if (typeof method !== 'function') return method;
      return async (...args: unknown[]): Promise<unknown> => {
        try {
          const answer: unknown = await Reflect.apply(method, target, args);
          return answer;
        } catch (error) {
          throw asServiceError(error);
        }
      };
    },
  });
}
