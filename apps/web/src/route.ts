import { useSyncExternalStore } from 'react';

/** What the address shows: one conversation, or none. */
export interface Route {
  readonly conversationId: string | null;
}

const pattern = /^#\/c\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

export function parseRoute(hash: string): Route {
  return { conversationId: pattern.exec(hash)?.[1]?.toLowerCase() ?? null };
}

export function hrefOf(conversationId: string | null): string {
  return conversationId === null ? '#/' : `#/c/${conversationId}`;
}

export function navigate(conversationId: string | null): void {
  location.hash = hrefOf(conversationId);
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(subscribe, () => location.hash));
}
