import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

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
};

export default defineConfig({
  test: {
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
        },
      },
      {
        ssr,
        test: {
          ...shared,
          name: 'e2e',
          include: ['e2e/src/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
