// @ts-nocheck
import { createClient } from '@parley/sdk';
import { launchChromium } from './browser.ts';
process.env['PARLEY_TEST_CHROMIUM'] = '/usr/bin/chromium';
const url = 'http://localhost:4310';
const a = createClient({ url }),
  b = createClient({ url });
const n = Date.now();
const me = await a.auth.register({
  email: `m${n}@example.com`,
  username: `m${n}`,
  password: 'a password for tests',
});
await b.auth.register({ email: `o${n}@example.com`, username: `o${n}`, password: 'a password for tests' });
let last;
for (let i = 0; i < 1000; i += 20)
  await Promise.all(
    Array.from({ length: 20 }, async (_, k) => {
      last = await b.conversations.create({ participantIds: [me.id], title: `Room ${i + k}` });
    }),
  );
const browser = await launchChromium();
const ctx = await browser.newContext({ baseURL: url });
const page = await ctx.newPage();
await page.goto('/');
await page.locator('input[name=login]').fill(`m${n}`);
await page.locator('input[name=password]').fill('a password for tests');
await page.locator('button[type=submit]').click();
await page.getByTestId('conversation').first().waitFor();
const r = await page.evaluate(async () => {
  const nav = document.querySelector('nav');
  const tasks = [];
  new PerformanceObserver((l) => l.getEntries().forEach((e) => tasks.push(Math.round(e.duration)))).observe({
    entryTypes: ['longtask'],
  });
  const frames = [];
  let lastT = performance.now();
  const end = performance.now() + 25000;
  while (performance.now() < end && nav.querySelectorAll('li').length < 1000) {
    nav.scrollTop = nav.scrollHeight;
    await new Promise(requestAnimationFrame);
    const t = performance.now();
    frames.push(t - lastT);
    lastT = t;
  }
  const rows = nav.querySelectorAll('li').length;
  const fr = [];
  lastT = performance.now();
  const before = tasks.length;
  nav.scrollTop = 0;
  for (let i = 0; i < 300; i++) {
    nav.scrollTop += 120;
    await new Promise(requestAnimationFrame);
    const t = performance.now();
    fr.push(t - lastT);
    lastT = t;
  }
  fr.sort((x, y) => x - y);
  return {
    rows,
    loadTasks: tasks.slice(0, before),
    scrollTasks: tasks.slice(before),
    p50: fr[150],
    p95: fr[285],
    max: fr.at(-1),
  };
});
console.log(JSON.stringify(r));
const t0 = await page.evaluate(() => {
  window.__t = [];
  new PerformanceObserver((l) =>
    l.getEntries().forEach((e) => window.__t.push(Math.round(e.duration))),
  ).observe({ entryTypes: ['longtask'] });
});
for (let i = 0; i < 20; i++) await b.messages.send({ conversationId: last.id, content: `x ${i}` });
await page.waitForTimeout(1500);
console.log('long tasks of 20 messages', await page.evaluate(() => window.__t));
await browser.close();
process.exit(0);
