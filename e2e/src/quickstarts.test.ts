import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { testParley } from '@parley/engine/testing';
import { createClient, type ParleyClient } from '@parley/sdk';
import type { Browser } from 'playwright-core';
import { build, defaultClientConditions, defaultServerConditions } from 'vite';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { launchChromium } from './browser.ts';
import { documentedBlock } from './documented.ts';
import { listen } from './listen.ts';
import { startServerProcess, testRedisUrl } from './server-process.ts';
import { password, signUp } from './sign-up.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const source = '@parley/source';

const resources = new AsyncDisposableStack();
let dir: string;
let url: string;
let chat: string;
let pages: string;
let browser: Browser;
let ada: ParleyClient;
let conversationId: string;

beforeAll(async () => {
  dir = await mkdtemp(join(root, 'e2e/quickstarts-'));
  resources.defer(() => rm(dir, { recursive: true }));
  chat = await documentedBlock(
    'react.md',
    'e2e/src/quickstarts.test.ts builds this block as it stands, and uses it in Chromium.',
  );
  await write('chat.tsx', chat);
  for (const file of ['room.tsx', 'server.tsx', 'browser.tsx']) {
    await write(
      file,
      await documentedBlock(
        'react.md',
        `e2e/src/quickstarts.test.ts builds this block as it stands: ${file}.`,
      ),
    );
  }
  await write(
    'index.html',
    '<!doctype html><div id="root"></div><script type="module" src="/chat.tsx"></script>',
  );

  await write(
    'tsconfig.json',
    JSON.stringify({
      extends: '../../tsconfig.base.json',
      compilerOptions: {
        ...{ module: 'ESNext', moduleResolution: 'Bundler', jsx: 'react-jsx', noEmit: true },
        noPropertyAccessFromIndexSignature: false,
        ...{ types: ['node', 'vite/client'], lib: ['ES2024', 'ESNext.Disposable', 'DOM', 'DOM.Iterable'] },
      },
      include: ['*.tsx'],
    }),
  );

  pages = await servePages();
  const parley = resources.use(await testParley());
  const place = { databaseUrl: parley.connectionString, redisUrl: testRedisUrl() };
  const server = resources.use(await startServerProcess({ ...place, env: { CORS_ORIGIN: pages } }));
  url = server.url;
  ada = resources.adopt(createClient({ url }), (client) => client.close());
  await signUp(parley, ada, 'ada');
  using grace = createClient({ url });
  const { id } = await signUp(parley, grace, 'grace');
  ({ id: conversationId } = await ada.conversations.create({ participantIds: [id], title: 'Moon' }));

  vi.stubEnv('VITE_PARLEY_URL', url);
  resources.defer(() => void vi.unstubAllEnvs());
  await buildPages();
  await buildServer();
  browser = resources.adopt(await launchChromium(), (launched) => launched.close());
});
afterAll(() => resources.disposeAsync());

function write(file: string, text: string): Promise<void> {
  return writeFile(join(dir, file), text);
}

const building = { configFile: false, logLevel: 'error' } as const;

async function buildPages(): Promise<void> {
  await build({
    ...building,
    root: dir,
    resolve: { conditions: [source, ...defaultClientConditions] },
    build: {
      rolldownOptions: {
        input: { index: join(dir, 'index.html'), browser: join(dir, 'browser.tsx') },
        output: { entryFileNames: '[name].js' },
      },
    },
  });
}

async function buildServer(): Promise<void> {
  await build({
    ...building,
    root: dir,
    ssr: { noExternal: true, resolve: { conditions: [source, ...defaultServerConditions] } },
    build: { ssr: join(dir, 'server.tsx'), outDir: 'server' },
  });
}

/** Renders the page of a conversation in a process of its own. */
async function renderRoom(id: string): Promise<string> {
  const program = `
    import { renderRoom } from ${JSON.stringify(join(dir, 'server/server.js'))};
    process.stdout.write(await renderRoom(${JSON.stringify(id)}));
    process.exit();`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], {
    env: { PARLEY_URL: url, READER: 'ada', PASSWORD: password },
    timeout: 30_000,
  });
  return stdout;
}

/** Serves what was built, and below `/rooms/` what is rendered here. @returns its address */
async function servePages(): Promise<string> {
  const types: Record<string, string> = { '.js': 'text/javascript', '.html': 'text/html' };
  const http = createServer((request, response) => {
    const path = request.url === '/' ? '/index.html' : (request.url ?? '');
    const [, room] = /^\/rooms\/(.*)$/.exec(path) ?? [];
    const body = room === undefined ? readFile(join(dir, 'dist', path)) : renderRoom(room);
    body.then(
      (found) => response.setHeader('content-type', types[extname(path)] ?? 'text/html').end(found),
      () => response.writeHead(404).end(),
    );
  });
  resources.defer(() => void http.close());
  return `http://127.0.0.1:${await listen(http)}`;
}

test('what the page about React shows has the right types, and a chat takes fewer than sixty lines', async () => {
  const { stdout } = await run(process.execPath, [
    join(root, 'node_modules/typescript/bin/tsc'),
    '-p',
    dir,
  ]).catch((error: { stdout: string }) => error);
  expect(stdout).toBe('');
  expect(chat.trimEnd().split('\n').length).toBeLessThan(60);
});

test('in Chromium the chat signs in, shows, sends and hears, and a page from a server is gone on with', async () => {
  await ada.messages.send({ conversationId, content: 'read on the <server>' });
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    const ofIcon = message.location().url.endsWith('/favicon.ico');
    if (message.type() === 'error' && !ofIcon) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));

  await page.goto(pages);
  await page.getByLabel('E-mail or username').fill('grace');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Moon (1)' }).click();
  await page.getByText('ada: read on the <server>').waitFor();
  await page.getByRole('button', { name: 'Moon (0)' }).waitFor();
  await page.getByLabel('Message').pressSequentially('from a short chat');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('grace: from a short chat').waitFor();
  expect(await page.getByLabel('Message').inputValue()).toBe('');
  await ada.messages.send({ conversationId, content: 'heard' });
  await page.getByText('ada: heard').waitFor();

  const html = await renderRoom(conversationId);
  expect(html).toContain('<p>read on the &lt;server&gt;</p>');
  // Signed in by now: the browser goes on where the server ended.
  await page.goto(`${pages}/rooms/${conversationId}`);
  await page.getByText('heard').waitFor();
  await ada.messages.send({ conversationId, content: 'and gone on with' });
  await page.getByText('and gone on with').waitFor();
  expect(await page.locator('p').allTextContents()).toContain('read on the <server>');
  expect(complaints).toEqual([]);
});
