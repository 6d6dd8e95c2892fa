import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { type TestParley, testParley } from '@parley/engine/testing';
import { createClient, type ParleyClient } from '@parley/sdk';
import pg from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { blockToRun } from './documented.ts';
import { type ServerProcess, startServerProcess, testRedisUrl } from './server-process.ts';
import { until } from './until.ts';
import { password, signUp } from './sign-up.ts';

const program = new URL('bot.snippet.ts', import.meta.url);

const resources = new AsyncDisposableStack();
let parley: TestParley;
let server: ServerProcess;

beforeAll(async () => {
  parley = resources.use(await testParley());
  server = await start();
  resources.defer(() => server[Symbol.asyncDispose]());
  await writeFile(program, await blockToRun('bot.md', 'bot'));
  resources.defer(() => rm(program));
});
afterAll(() => resources.disposeAsync());

function start(port?: number): Promise<ServerProcess> {
  const place = { databaseUrl: parley.connectionString, redisUrl: testRedisUrl() };
  return startServerProcess({ ...place, ...(port !== undefined && { port }) });
}

async function somebody(username: string): Promise<{ client: ParleyClient; id: string }> {
  const client = createClient({ url: server.url });
  onTestFinished(() => client.close());
  const { id } = await signUp(parley, client, username);
  return { client, id };
}

/** Runs the program of the page. @returns what ends it: gently, or without warning */
function startBot(): (signal: 'SIGTERM' | 'SIGKILL') => Promise<number | null> {
  const { PATH } = process.env;
  const child = spawn(process.execPath, ['--conditions=@parley/source', program.pathname], {
    env: { PATH, PARLEY_URL: server.url, BOT_NAME: 'robot', BOT_PASSWORD: password },
    stdio: 'inherit',
  });
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    child.kill(signal);
    await once(child, 'exit');
    return child.exitCode;
  };
  onTestFinished(async () => {
    await end('SIGKILL');
  });
  return end;
}

/** Has nobody in a conversation have read anything. */
async function forgetReading(conversationId: string): Promise<void> {
  const database = new pg.Client({ connectionString: parley.connectionString });
  await database.connect();
  const { rowCount } = await database.query(
    'update members set read_position = 0, read_ordinal = 0, read_sent = 0 where conversation_id = $1',
    [conversationId],
  );
  await database.end();
  expect(rowCount).toBe(2);
}

test('the bot of the page answers each message once, through restarts of the server and its own', async () => {
  const [ada, robot] = [await somebody('ada'), await somebody('robot')];
  const { id: conversationId } = await ada.client.conversations.create({ participantIds: [robot.id] });
  const list = ada.client.messages.open(conversationId);
  const say = (content: string) => ada.client.messages.send({ conversationId, content });
  const answers = async () => {
    const { messages } = await ada.client.messages.list({ conversationId });
    return messages.filter(({ senderId }) => senderId === robot.id).map(({ content }) => content);
  };
  const answered = (text: string) =>
    until(list, ({ messages }) => messages.some(({ content }) => content === `You said: ${text}`));

  await say('before it began');
  let end = startBot();
  await answered('before it began');
  await say('to one who listens');
  await answered('to one who listens');

  await server.kill();
  const kept = say('to a server that is away');
  server = await start(server.port);
  await kept;
  await answered('to a server that is away');

  await end('SIGKILL');
  await say('while it was not there');
  // As if it had been killed each time between the answer and the mark.
  await forgetReading(conversationId);
  end = startBot();
  await answered('while it was not there');
  expect(await end('SIGTERM')).toBe(0);

  const said = [
    'before it began',
    'to one who listens',
    'to a server that is away',
    'while it was not there',
  ];
  expect(await answers()).toEqual(said.map((text) => `You said: ${text}`));
});
