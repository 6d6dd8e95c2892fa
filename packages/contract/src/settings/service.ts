import type { Viewer } from '../auth/schema.ts';
import type { SettingsSet, StoredSettings } from './schema.ts';

/** What one person has set for a conversation; nobody else learns of it. It ends with the membership. */
export interface SettingsService {
  /**
   * Changes what is told of the settings. Archiving and hiding take the pin off; pinning takes a conversation out of the
   * archive, and shows it.
   * @throws NOT_MEMBER; CONFLICT when as many are pinned as may be
   */
  set(viewer: Viewer, input: SettingsSet): Promise<StoredSettings>;
}
