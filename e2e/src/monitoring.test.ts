import { readFile } from 'node:fs/promises';
import { testParley } from '@parley/engine/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { namesIn } from './promql.ts';
import { startServerProcess, testRedisUrl } from './server-process.ts';

const root = new URL('../../', import.meta.url);
const text = (path: string) => readFile(new URL(path, root), 'utf8');

const Alerts = z.strictObject({
  groups: z.tuple([
    z.strictObject({
      name: z.string(),
      rules: z
        .array(
          z.strictObject({
            alert: z.string().regex(/^Parley[A-Za-z]+$/),
            expr: z.string(),
            for: z.string().regex(/^\d+m$/),
            labels: z.strictObject({ severity: z.enum(['warning', 'critical']) }),
            annotations: z.strictObject({ summary: z.string(), runbook: z.string() }),
          }),
        )
        .min(1),
    }),
  ]),
});

const GridPosition = z.object({ x: z.int(), y: z.int(), w: z.int().positive(), h: z.int().positive() });
const Dashboard = z.object({
  title: z.literal('Parley'),
  schemaVersion: z.int(),
  templating: z.object({ list: z.array(z.object({ name: z.string() })) }),
  panels: z
    .array(
      z.object({
        id: z.int(),
        title: z.string(),
        gridPos: GridPosition,
        targets: z.array(z.object({ refId: z.string(), expr: z.string() })).min(1),
      }),
    )
    .min(1),
});

const resources = new AsyncDisposableStack();
afterAll(() => resources.disposeAsync());

/** The names of the series that a server's `/metrics` has, or would have once something is counted. */
let series: ReadonlySet<string>;
beforeAll(async () => {
  const parley = resources.use(await testParley());
  const token = 'a-token-for-metrics';
  const server = resources.use(
    await startServerProcess({
      databaseUrl: parley.connectionString,
      redisUrl: testRedisUrl(),
      env: { METRICS_TOKEN: token },
    }),
  );
  const answer = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`unable to read the metrics; ${answer.status}`);
  series = seriesOf(await answer.text());
});

function seriesOf(metrics: string): Set<string> {
  return new Set(
    [...metrics.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
}

const readRules = async () => Alerts.parse(parse(await text('docker/alerts.yaml'))).groups[0].rules;
const readDashboard = async () => Dashboard.parse(JSON.parse(await text('docker/grafana-dashboard.json')));

test('every metric that an alert or the dashboard names is one that a server has', async () => {
  const rules = await readRules();
  const { panels } = await readDashboard();
  const exprs = [...rules, ...panels.flatMap(({ targets }) => targets)].map(({ expr }) => expr);
  for (const expr of exprs) {
    const { metrics } = namesIn(expr);
    expect(metrics.length, expr).toBeGreaterThan(0);
    // Prometheus itself says whether a target is up.
    expect(
      metrics.filter((name) => name !== 'up' && !series.has(name)),
      expr,
    ).toEqual([]);
  }
});

test('every metric of Parley is on the dashboard', async () => {
  const { panels } = await readDashboard();
  const shown = new Set(
    panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => namesIn(expr).metrics)),
  );
  const base = (name: string) => name.replace(/_(bucket|sum|count)$/, '');
  const own = new Set([...series].filter((name) => name.startsWith('parley_')).map(base));
  expect(own.size).toBeGreaterThan(10);
  expect([...own].filter((name) => ![...shown].map(base).includes(name))).toEqual([]);
});

test('labels that are matched or grouped by are ones that there are', async () => {
  const rules = await readRules();
  const { panels } = await readDashboard();
  const exprs = [...rules, ...panels.flatMap(({ targets }) => targets)].map(({ expr }) => expr);
  const labels = new Set(exprs.flatMap((expr) => namesIn(expr).labels));
  // The first two are given by Prometheus, the third by a histogram, and the others by `Metrics`.
  const there = ['instance', 'job', 'le', 'outcome', 'procedure', 'code', 'feed', 'limit'];
  expect([...labels].toSorted()).toEqual(there.toSorted());
});

test('the dashboard has no two panels in one place, and its variables are defined', async () => {
  const { panels, templating } = await readDashboard();
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(new Set(panels.map(({ gridPos: { x, y } }) => `${x} ${y}`)).size).toBe(panels.length);
  for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
  const defined = templating.list.map(({ name }) => name);
  const used = (await text('docker/grafana-dashboard.json')).matchAll(/\$\{?([a-z]\w*)/g);
  expect(new Set([...used].map(([, name]) => name))).toEqual(new Set(defined));
});

test('every alert has an entry in the runbook, and every entry an alert', async () => {
  const rules = await readRules();
  const runbook = await text('docs/runbook.md');
  const entries = runbook.split(/^## /m).slice(1);
  const titles = entries.map((entry) => entry.split('\n', 1)[0] ?? '');
  expect(titles.toSorted()).toEqual(rules.map(({ alert }) => alert).toSorted());
  for (const entry of entries) {
    for (const part of ['What it means', 'What to look at', 'What to do']) {
      expect(entry).toMatch(new RegExp(`^\\*\\*${part}\\.\\*\\* \\S`, 'm'));
    }
  }
  for (const { alert, annotations } of rules) {
    expect(annotations.runbook).toBe(`docs/runbook.md#${alert.toLowerCase()}`);
  }
  expect(await text('docs/operations.md')).toContain('](runbook.md)');
});
