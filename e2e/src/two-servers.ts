import { type TestParley, testParley } from '@parley/engine/testing';
import { type ServerProcess, startServerProcess, testRedisUrl } from './server-process.ts';

/** Two servers on one database and one Redis; disposing ends them. */
export interface TwoServers extends AsyncDisposable {
  readonly parley: TestParley;
  readonly servers: [ServerProcess, ServerProcess];
}

/** @param env settings of both beside those of where their database and Redis are */
export async function startTwoServers(env: Readonly<Record<string, string>> = {}): Promise<TwoServers> {
  await using starting = new AsyncDisposableStack();
  const parley = starting.use(await testParley());
  const settings = { databaseUrl: parley.connectionString, redisUrl: testRedisUrl(), env };
  const [first, second] = await Promise.all([startServerProcess(settings), startServerProcess(settings)]);
  const servers: TwoServers['servers'] = [starting.use(first), starting.use(second)];
  const held = starting.move();
  return { parley, servers, [Symbol.asyncDispose]: () => held.disposeAsync() };
}
