import { join } from 'node:path';
import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';
import { LongFirst } from './scripts/test/long-first.ts';

// Workspace packages are run from their sources, here and in the worker threads that tests start.
const source = '@parley/source';
const ssr = {
  resolve: {
    conditions: [source, ...defaultServerConditions],
    externalConditions: [source, 'node', 'import', 'module-sync'],
  },
};
const shared = {
  environment: 'node',
  execArgv: [`--conditions=${source}`],
  setupFiles: ['scripts/test/require-services.ts'],
  // A machine that does much else at the same time is slow, not wrong.
  expect: { poll: { timeout: 15_000 } },
};

/** End-to-end tests that measure how long something takes, or need the whole machine: one at a time. */
const alone = [
  'deployment-production',
  'fuzz/fuzz',
  'invariants/crowd',
  'invariants/redis-frozen',
  'invariants/rolling',
  'invariants/slow-readers',
  'limits',
  'limits-redis',
  'web-timeline',
].map((name) => `e2e/src/${name}.test.ts`);
/** All others mostly wait, for a browser or a server that starts. */
const sideBySide = { maxWorkers: 3, sequence: { groupOrder: 2 } };
/** The hooks are for the React before, too: its names lead there, and so do those it finds itself (e2e/src/react-18.ts). */
const react18 = ['react', 'react-dom'].map((name) => ({
  find: new RegExp(`^${name}(?=/|$)`),
  replacement: join(import.meta.dirname, `e2e/node_modules/${name}-18`),
}));
const e2e = { ...shared, testTimeout: 120_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    sequence: { sequencer: LongFirst },
    coverage: {
      include: ['packages/*/src/**/*.{ts,tsx}', 'apps/*/src/**/*.{ts,tsx}'],
      exclude: ['**/*.test.{ts,tsx}'],
      reporter: ['text-summary', 'html'],
    },
    projects: [
      {
        ssr,
        test: {
          ...shared,
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.{ts,tsx}',
            'apps/*/src/**/*.test.{ts,tsx}',
            'bench/src/**/*.test.ts',
            'scripts/**/*.test.ts',
          ],
          testTimeout: 20_000,
          hookTimeout: 30_000,
          maxWorkers: 3,
        },
      },
      {
        ssr,
        test: {
          ...e2e,
          name: 'e2e',
          include: alone,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ssr,
        test: {
          ...e2e,
          ...sideBySide,
          name: 'e2e-side-by-side',
          include: ['e2e/src/**/*.test.ts'],
          exclude: alone,
        },
      },
      {
        ssr,
        resolve: { alias: react18 },
        test: {
          ...e2e,
          ...sideBySide,
          name: 'e2e-react-18',
          setupFiles: [...shared.setupFiles, 'e2e/src/react-18.ts'],
          include: ['e2e/src/react-*.test.ts'],
        },
      },
    ],
  },
});
