import { engineMutations } from './engine.ts';
import type { Mutation } from './mutation.ts';
import { reactionMutations } from './reactions.ts';
import { sdkMutations } from './sdk.ts';
import { connectionMutations } from './sdk-connection.ts';
import { serverMutations } from './server.ts';

/** Every mutation, in the order they are tried. */
export const mutations: readonly Mutation[] = [
  ...engineMutations,
  ...serverMutations,
  ...sdkMutations,
  ...connectionMutations,
  ...reactionMutations,
];
