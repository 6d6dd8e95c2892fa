import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { testParley, type TestPerson } from '@parley/engine/testing';
import { Validator } from '@seriousme/openapi-schema-validator';
import openapiTS, { astToString } from 'openapi-typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../browser.ts';
import { type ServerProcess, startServerProcess } from '../server-process.ts';

const run = promisify(execFile);
const resources = new AsyncDisposableStack();
afterAll(() => resources.disposeAsync());

let server: ServerProcess;
let ada: TestPerson;
let grace: TestPerson;
beforeAll(async () => {
  const parley = resources.use(await testParley());
  server = resources.use(await startServerProcess({ databaseUrl: parley.connectionString }));
  [ada, grace] = [await parley.person('ada'), await parley.person('grace')];
});

const readDocument = async () => (await fetch(`${server.url}/api/openapi.json`)).json();

test('the document is one of OpenAPI 3.1, says an independent validator', async () => {
  const document = await readDocument();
  expect(document.openapi).toMatch(/^3\.1\./);
  expect(await new Validator().validate(document)).toEqual({ valid: true });
  // It does find fault with one that has any.
  delete document.paths['/auth/me'].get.responses;
  document.info = {};
  expect((await new Validator().validate(document)).valid).toBe(false);
});

const program = `
import createClient from 'openapi-fetch';
import type { components, paths } from './parley.ts';

const [baseUrl = '', token = '', userId = ''] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl, headers: { authorization: \`Bearer \${token}\` } });
const made = await client.POST('/conversations', { body: { participantIds: [userId] } });
if (made.data === undefined) throw new Error(made.error.detail);
const conversationId: string = made.data.id;
const sent = await client.POST('/messages', { body: { conversationId, content: 'typed' } });
const page = await client.GET('/messages/conversation/{conversationId}', {
  params: { path: { conversationId }, query: { limit: 1 } },
});
const [message]: components['schemas']['MessageView'][] = page.data?.messages ?? [];
const refused = await client.GET('/messages/{messageId}', { params: { path: { messageId: 'x' } } });
const code: components['schemas']['Problem']['code'] | undefined = refused.error?.code;
console.log(JSON.stringify([sent.response.status, message?.content, message?.isRead, code]));

// @ts-expect-error -- a position is a number
await client.PUT('/messages/mark-as-read', { body: { conversationId, position: 'last' } });
// @ts-expect-error -- there is no such path
await client.GET('/nothing');
`;

test('a client generated from it is typed, and works', async () => {
  const dir = await mkdtemp(join(import.meta.dirname, '../../typed-client-'));
  resources.defer(() => rm(dir, { recursive: true }));
  await writeFile(join(dir, 'parley.ts'), astToString(await openapiTS(await readDocument())));
  await writeFile(join(dir, 'program.ts'), program);
  await writeFile(
    join(dir, 'tsconfig.json'),
    JSON.stringify({ extends: '../tsconfig.json', compilerOptions: { noEmit: true }, include: ['.'] }),
  );
  const tsc = join(import.meta.dirname, '../../../node_modules/typescript/bin/tsc');
  await run(process.execPath, [tsc, '-p', dir]);
  const { stdout } = await run(process.execPath, [
    join(dir, 'program.ts'),
    server.url,
    ada.accessToken,
    grace.userId,
  ]);
  expect(JSON.parse(stdout)).toEqual([201, 'typed', false, 'INVALID_INPUT']);
});

test('Swagger UI is served from here alone, and its "try it out" works', async () => {
  await using browser = await launchChromium();
  const page = await browser.newPage();
  const complaints: string[] = [];
  const foreign: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url) && !request.url().startsWith('data:'))
      foreign.push(request.url());
  });
  await page.goto(`${server.url}/api`);
  await page.getByRole('button', { name: 'Authorize' }).click();
  await page.getByLabel('auth-bearer-value').first().fill(ada.accessToken);
  await page.getByRole('button', { name: 'Apply credentials' }).first().click();
  await page.getByRole('button', { name: 'Close' }).first().click();
  const operation = page.locator('#operations-auth-auth_me');
  await operation.getByRole('button').first().click();
  await operation.getByRole('button', { name: 'Try it out' }).click();
  await operation.getByRole('button', { name: 'Execute' }).click();
  await operation.getByText('ada@example.com').first().waitFor();
  expect([complaints, foreign]).toEqual([[], []]);
});
