import type { Services } from '@parley/contract/router';
import { Audit } from './audit/audit.ts';
import { Authenticator } from './auth/authenticator.ts';
import { CredentialsIssuer } from './auth/credentials.ts';
import { Passwords } from './auth/passwords.ts';
import { authService } from './auth/service.ts';
import { Sessions } from './auth/sessions.ts';
import { AccessTokens } from './auth/tokens.ts';
import { Upkeep } from './auth/upkeep/upkeep.ts';
import { blocksService } from './blocks/service.ts';
import { conversationsService } from './conversations/service.ts';
import { groupsService } from './groups/service.ts';
import { invitationsService } from './invitations/service.ts';
import { checkDatabase } from './db/check.ts';
import { openDatabase, type PoolUse } from './db/database.ts';
import { draftsService } from './drafts/service.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { ConversationFeeds } from './feeds/conversation-feeds.ts';
import { HeadChecks } from './feeds/head-checks.ts';
import { ExternalSignIn } from './identity/external-sign-in.ts';
import { IssuerTokens } from './identity/issuer-tokens.ts';
import { inboxService } from './inbox/service.ts';
import { UserFeeds } from './inbox/user-feeds.ts';
import { Post } from './mail/post.ts';
import { createLimits, unlimited } from './limits/limits.ts';
import { ApiKeys } from './keys/api-keys.ts';
import { nameOfUse } from './keys/in-use.ts';
import { KeyUses } from './keys/uses.ts';
import { mentionsService } from './mentions/service.ts';
import { meteredBatch } from './messages/metered-batch.ts';
import { sendMessages, sendToConversation } from './messages/queries.ts';
import { sendBatch } from './messages/send-batch.ts';
import { SendQueue } from './messages/send-queue.ts';
import { LatestPages } from './messages/latest-pages.ts';
import { messagesService } from './messages/service.ts';
import { pinsService } from './pins/service.ts';
import { Silences } from './people/silences.ts';
import { PresenceLeases } from './presence/leases.ts';
import { presenceService } from './presence/service.ts';
import { PresenceWatches } from './presence/watches.ts';
import { MarkQueue } from './receipts/mark-queue.ts';
import { ReceiptRooms } from './receipts/rooms.ts';
import { receiptsService } from './receipts/service.ts';
import { storeMarks } from './receipts/store-marks.ts';
import { settingsService } from './settings/service.ts';
import { TypingRooms } from './typing/rooms.ts';
import { typingService } from './typing/service.ts';
import { threadsService } from './threads/service.ts';
import { reactionsService } from './reactions/service.ts';
import { savedService } from './saved/service.ts';
import { silentMeter } from './meter.ts';
import { Deletions } from './privacy/deletions.ts';
import { SearchIndexer } from './search/indexer.ts';
import { searchService } from './search/service.ts';
import { translatingErrors } from './translate-errors.ts';
import { usersService } from './users/service.ts';

/** For how long somebody who watches others is taken to share a conversation with them, in milliseconds. */
const recheckMs = 120_000;

const defaults = {
  poolSize: 10,
  headCheckMs: 15_000,
  sessionCheckMs: 5_000,
  keyUsesMs: 5_000,
  presence: { leaseMs: 24_000, graceMs: 10_000 },
  deletedAccountMessages: 'keep',
  deletionCheckMs: 30_000,
  searchSweepMs: 5_000,
} as const;

/**
 * Puts Parley together over a migrated database and a bus. Disposing it ends every stream, waits for what is under way
 * and closes the pool; the bus stays the caller's.
 * @throws Error for a secret that is too short
 */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { bus, log, meter = silentMeter } = options;
  const { secret, accessSeconds, refreshSeconds, previousSecrets } = options.tokens;
  const tokens = new AccessTokens(secret, accessSeconds, previousSecrets);
  const { connectionString, poolSize = defaults.poolSize } = options.database;
  let pool: PoolUse = { totalCount: 0, idleCount: 0, waitingCount: 0 };
  const db = openDatabase(connectionString, poolSize, log, { onPool: (opened) => (pool = opened) });
  const passwords = new Passwords();
  const audit = new Audit(log);
  const sessions = new Sessions(db, bus, log, options.sessionCheckMs ?? defaults.sessionCheckMs);
  await sessions.listen();
  const silences = new Silences({ db, bus, log });
  await silences.listen();
  const upkeep = new Upkeep(db, log);
  const post = new Post(options.mail, log);
  const issuer = new CredentialsIssuer(db, tokens, sessions, audit, refreshSeconds);
  const keyUses = new KeyUses(db, audit, log, defaults.keyUsesMs);
  const external =
    options.issuer === undefined
      ? null
      : new ExternalSignIn(db, new IssuerTokens(options.issuer, log), sessions, audit);
  const authenticator = new Authenticator(tokens, sessions, new ApiKeys(db, sessions, keyUses), external);
  const conversations = new ConversationFeeds(db, bus, log, meter);
  const periods = { ...defaults.presence, ...options.presence };
  const presence = new PresenceLeases({ db, bus, log }, periods);
  const watches = new PresenceWatches(
    { db, bus, log, silences },
    { everyMs: periods.leaseMs / 3, recheckMs },
  );
  const rooms = new TypingRooms(bus);
  const receiptRooms = new ReceiptRooms({ db, bus, log });
  await receiptRooms.listen();
  const users = new UserFeeds({ db, bus, log, conversations, presence });
  const checks = new HeadChecks(
    { db, bus, log, meter, conversations, users },
    options.headCheckMs ?? defaults.headCheckMs,
  );
  const { sendLanes = 'shared' } = options;
  const store = sendLanes === 'shared' ? sendMessages : sendToConversation;
  const queue = new SendQueue(
    meteredBatch((batch, skipLocked) => sendBatch(db, bus, store, batch, skipLocked), meter),
    // The rest of the pool is for those who read.
    { lanes: sendLanes, atOnce: Math.ceil(poolSize / 2) },
  );
  const marks = new MarkQueue((batch, skipLocked) => storeMarks(db, bus, batch, skipLocked), {
    lanes: sendLanes,
    atOnce: Math.ceil(poolSize / 4),
  });
  const deletions = new Deletions(
    { db, bus, log, audit },
    {
      messages: options.deletedAccountMessages ?? defaults.deletedAccountMessages,
      everyMs: options.deletionCheckMs ?? defaults.deletionCheckMs,
    },
  );
  const indexer = new SearchIndexer(db, log, options.searchSweepMs ?? defaults.searchSweepMs);
  const latest = new LatestPages();
  const people = usersService(db, audit, options.issuer?.issuer ?? null);
  const services: Services = translatingErrors({
    auth: authService({
      ...{ db, bus, passwords, sessions, issuer, audit, post, deletions },
      requireVerification: options.requireEmailVerification ?? false,
    }),
    users: people,
    blocks: blocksService(db, bus),
    conversations: conversationsService(db, bus, audit),
    groups: groupsService(db, bus, audit),
    invitations: invitationsService(db, bus, audit),
    messages: messagesService({ db, bus, queue, marks, feeds: conversations, indexer, latest, meter }),
    reactions: reactionsService(db, bus),
    pins: pinsService(db, bus),
    saved: savedService(db, bus),
    mentions: mentionsService(db),
    settings: settingsService(db, bus),
    drafts: draftsService(db, bus),
    inbox: inboxService(users),
    search: searchService(db, people),
    presence: presenceService(db, presence, watches),
    threads: threadsService(db, bus),
    receipts: receiptsService({ db, queue: marks, feeds: conversations, rooms: receiptRooms, silences }),
    typing: typingService(db, bus, conversations, rooms, silences),
  });

  const limits =
    options.limits === undefined
      ? unlimited
      : createLimits(options.limits, log, (limit) => meter.limited(limit));

  return {
    services,
    limits,

    authenticate: (token, caller = {}) => authenticator.authenticate(token, caller),
    authenticateKey: (token, caller = {}) => authenticator.authenticateKey(token, caller),
    holdSession: ({ sessionId, userId, key }, onEnded) =>
      sessions.hold(key === undefined ? sessionId : nameOfUse({ keyId: key.id, userId }), onEnded),
    holdKey: ({ id }, onEnded) => sessions.hold(nameOfUse({ keyId: id, userId: null }), onEnded),

    checkDatabase: () => checkDatabase(db),

    status: () => ({
      bus: { kind: bus.kind, connected: bus.connected },
      feeds: { conversations: conversations.size, users: users.size },
      limitsShared: limits.shared,
      pool: { total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount },
    }),

    async [Symbol.asyncDispose]() {
      limits[Symbol.dispose]();
      sessions.close();
      await deletions[Symbol.asyncDispose]();
      users.close();
      watches.close();
      rooms.close();
      receiptRooms.close();
      silences.close();
      await presence.close();
      await checks.close();
      await queue.idle();
      await marks.idle();
      await indexer.close();
      conversations.close();
      latest.close();
      await passwords[Symbol.asyncDispose]();
      await post[Symbol.asyncDispose]();
      await upkeep[Symbol.asyncDispose]();
      await keyUses.close();
      await db.destroy();
    },
  };
}
