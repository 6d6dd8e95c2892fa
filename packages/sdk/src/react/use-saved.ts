import { loadingSaved, type SavedListSnapshot } from '../saved/saved-list.ts';
import { useClient } from './provider.ts';
import { useStore } from './use-store.ts';

/** What one has saved, live. */
export function useSaved(): SavedListSnapshot {
  return useStore(useClient().saved.list, loadingSaved);
}
