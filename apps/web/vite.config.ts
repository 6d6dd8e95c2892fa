import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { join } from 'node:path';
import { defaultClientConditions, defineConfig } from 'vite';
import { allowedModules } from './src/build/allowed-modules.ts';
import { compressed } from './src/build/compressed.ts';
import { fetchedAhead, shown } from './src/build/fetched-ahead.ts';
import { serviceWorker } from './src/build/service-worker.ts';

const server = 'http://127.0.0.1:3000';

export default defineConfig({
  // In this order: the worker is compressed, too.
  plugins: [react(), tailwind(), allowedModules(), fetchedAhead(), serviceWorker(), compressed()],
  resolve: {
    conditions: ['@parley/source', ...defaultClientConditions],
    // See there: the one of Radix makes style elements, which the server's policy forbids.
    alias: {
      'react-style-singleton': join(import.meta.dirname, 'src/ui/style-singleton.ts'),
    },
  },
  build: {
    outDir: 'dist',
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          // What every page takes, and changes seldom, in one file: it is kept when the app changes, and packs better.
          groups: [
            {
              name: 'base',
              test: /node_modules\/(?:(?:react|react-dom|scheduler|@trpc|use-sync-external-store)\/|@tanstack\/(?!react-virtual|virtual-core))|packages\/(?:sdk|contract)\/src\//,
              priority: 3,
            },
            // What else every page takes, in one file: each of its own would be another trip to the server.
            { name: 'app', tags: ['$initial'], priority: 2 },
            // What strangers see, and what of it is everybody's; then what shows a conversation, with all that it takes.
            { name: 'strangers', test: /src\/features\/auth\//, priority: 1 },
            { name: 'conversation', test: new RegExp(`src/(?:${shown.join('|')})$`) },
          ],
        },
      },
    },
  },
  server: { proxy: { '/trpc': { target: server, ws: true }, '/auth/export': server } },
});
