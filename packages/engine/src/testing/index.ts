export { AccessTokens } from '../auth/tokens.ts';
export { type Database, openDatabase } from '../db/database.ts';
export { appendMessages, insertGroups, type SeedMember } from '../db/seed/queries.ts';
// For the tests of this workspace only; not part of the build.
export { type TestDatabase, testDatabase } from './database.ts';
export { cheapHash, signedUp, type TestParley, type TestPerson, testParley, testTokens } from './engine.ts';
export { foldedMentions } from './folded-mentions.ts';
export { foldedRead } from './folded.ts';
export { type TestIssuer, testIssuer } from './issuer.ts';
export { type Direction, type Link, link } from './link.ts';
export { type LossyBus, lossyBus } from './lossy-bus.ts';
export { mailbox, type Mailbox } from './mailbox.ts';
export { type Reading, read } from './read.ts';
export { silentLog } from './log.ts';
