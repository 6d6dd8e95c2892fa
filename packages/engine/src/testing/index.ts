// For the tests of this workspace only; not part of the build.
export { type TestDatabase, testDatabase } from './database.ts';
export { type TestParley, testParley, testTokens } from './engine.ts';
export { type LossyBus, lossyBus } from './lossy-bus.ts';
export { type Reading, read } from './read.ts';
export { silentLog } from './log.ts';
