import { isPage } from '../addresses.ts';

declare const self: ServiceWorkerGlobalScope;
/** What was built: its files by path, each with the digest of what is in it. See `src/build/service-worker.ts`. */
declare const built: { readonly version: string; readonly files: Readonly<Record<string, string>> };

const PREFIX = 'parley-';
/** The version that runs and the one before: pages of that may still be open, and fetch more of it. */
const VERSIONS_KEPT = 2;
const { files, version } = built;
const own = PREFIX + version;
const page = '/';

self.addEventListener('install', (event) => event.waitUntil(keepAll()));
self.addEventListener('activate', (event) => event.waitUntil(takeOver()));
self.addEventListener('message', ({ data }) => {
  if (data === 'take over') void self.skipWaiting();
});
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (request.mode !== 'navigate') {
    if (isFile(pathname)) event.respondWith(answerWith(pathname, request));
  } else if (isPage(pathname)) {
    event.respondWith(answerWith(page, request));
    event.waitUntil(renewPage());
  }
});

/** Keeps all of a version or nothing of it, so that no page is ever made of two. */
async function keepAll(): Promise<void> {
  const cache = await caches.open(own);
  await Promise.all(Object.keys(files).map((path) => keep(cache, path)));
}

async function keep(cache: Cache, path: string): Promise<void> {
  const before = isHashed(path) ? await caches.match(path) : undefined;
  await cache.put(path, before ?? (await fetchFile(path)));
}

/** Another server may have another version yet: what is not of this one fails, and is tried again with the next page. */
async function fetchFile(path: string): Promise<Response> {
  const integrity = files[path] ?? '';
  const response = await fetch(path, { integrity, cache: isHashed(path) ? 'default' : 'no-cache' });
  if (!response.ok) throw new Error(`unable to keep ${path}; it was answered with ${response.status}`);
  return response;
}

async function takeOver(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== own);
  await Promise.all(names.slice(0, 1 - VERSIONS_KEPT).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function answerWith(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(own);
  const kept = (await cache.match(path)) ?? (isHashed(path) ? await caches.match(path) : undefined);
  if (kept !== undefined) return kept;
  const response = await fetch(request);
  if (response.ok && isHashed(path)) await cache.put(path, response.clone());
  return response;
}

/** What the page may do is said in its headers, which can change while what is in it does not. */
async function renewPage(): Promise<void> {
  const response = await fetchFile(page).catch(() => null);
  if (response !== null) await (await caches.open(own)).put(page, response);
}

function isFile(path: string): boolean {
  return Object.hasOwn(files, path) || isHashed(path);
}

/** Whether a path says what is in it. */
function isHashed(path: string): boolean {
  return path.startsWith('/assets/');
}
