import type {
  Conversation,
  ConversationRef,
  Invitation,
  InvitationCreate,
  InvitationCreated,
  InvitationPreview,
  InvitationRef,
  InvitationToken,
} from '@parley/contract';
import type { Connection } from '../connection/connection.ts';
import type { Sync } from '../sync/sync.ts';

/** What a new invitation is like: good for a week, and for anybody who has it, unless told. */
export type InvitationInput = Omit<InvitationCreate, 'expiresInSeconds'> &
  Partial<Pick<InvitationCreate, 'expiresInSeconds'>>;

/** Ways into groups for those who were given them. Every call throws UNAUTHENTICATED and UNAVAILABLE. */
export class Invitations {
  readonly #connection: Connection;
  readonly #sync: Sync;

  constructor(connection: Connection, sync: Sync) {
    this.#connection = connection;
    this.#sync = sync;
  }

  /**
   * Makes an invitation. Its token is shown now and never again: an app makes a link of it, best behind a `#`, so that it
   * reaches no log.
   * @throws NOT_MEMBER; FORBIDDEN to those whose role has no permission; CONFLICT when there are too many
   */
  create(input: InvitationInput): Promise<InvitationCreated> {
    return this.#connection.call((trpc, options) => trpc.invitations.create.mutate(input, options));
  }

  /** A group's invitations that are still good, the newest first. @throws NOT_MEMBER, FORBIDDEN */
  async list(input: ConversationRef): Promise<Invitation[]> {
    const { invitations } = await this.#connection.call(
      (trpc, options) => trpc.invitations.list.query(input, options),
      { repeatable: true },
    );
    return invitations;
  }

  /** @throws NOT_MEMBER, FORBIDDEN, NOT_FOUND */
  async revoke(input: InvitationRef): Promise<void> {
    await this.#connection.call((trpc, options) => trpc.invitations.revoke.mutate(input, options), {
      repeatable: true,
    });
  }

  /**
   * What an invitation is to.
   * @throws NOT_FOUND when there is none; CONFLICT when it is not good any more; FORBIDDEN
   */
  preview(input: InvitationToken): Promise<InvitationPreview> {
    return this.#connection.call((trpc, options) => trpc.invitations.preview.mutate(input, options), {
      repeatable: true,
    });
  }

  /**
   * Joins by an invitation; from then on the group is in the list. Doing it again uses nothing up.
   * @throws as `preview`; CONFLICT when the group is full, too
   */
  async accept(input: InvitationToken): Promise<Conversation> {
    const conversation = await this.#connection.call(
      (trpc, options) => trpc.invitations.accept.mutate(input, options),
      { repeatable: true },
    );
    this.#sync.step({ type: 'made', conversation });
    return conversation;
  }
}
