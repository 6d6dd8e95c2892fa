import type { ConversationChange } from '../conversations/change.ts';
import { vectorOf } from '../search/text/vector.ts';
import { deletePublicGroup, savePublicGroup } from './queries.ts';

/** Has a public group found by what it is called and about as of now, and no other found. */
export async function listPublicly({ trx, conversation }: ConversationChange): Promise<void> {
  const { id, is_public: isPublic, title, description } = conversation;
  if (!isPublic) return deletePublicGroup(trx, id);
  await savePublicGroup(trx, id, vectorOf(`${title ?? ''}\n${description ?? ''}`));
}
