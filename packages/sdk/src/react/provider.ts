import { createContext, createElement, type ReactNode, useContext } from 'react';
import type { ParleyClient } from '../client.ts';

const ClientContext = createContext<ParleyClient | null>(null);

/** Gives the client to all hooks below. Whoever made the client closes it. */
export function ParleyProvider(props: { readonly client: ParleyClient; readonly children?: ReactNode }) {
  return createElement(ClientContext.Provider, { value: props.client }, props.children);
}

/** The client given by `ParleyProvider`. */
export function useClient(): ParleyClient {
  const client = useContext(ClientContext);
  if (client === null) throw new Error('unable to use Parley here; there is no <ParleyProvider> above');
  return client;
}
