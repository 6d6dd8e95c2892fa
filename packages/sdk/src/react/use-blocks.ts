import { type BlockListSnapshot, loadingBlocks } from '../blocks/block-list.ts';
import { useClient } from './provider.ts';
import { useStore } from './use-store.ts';

/** Whom one has blocked, live. */
export function useBlocks(): BlockListSnapshot {
  return useStore(useClient().blocks.list, loadingBlocks);
}
