import { createClient } from '@parley/sdk';
import { People } from './features/users/people.ts';

/** The page's one connection to the server it came from. */
export const client = createClient({ url: location.origin, storage: localStorage });

export const people = new People(client);
