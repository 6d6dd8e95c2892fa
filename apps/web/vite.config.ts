import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';
import { allowedModules } from './src/build/allowed-modules.ts';

const server = 'http://127.0.0.1:3000';

export default defineConfig({
  plugins: [react(), allowedModules()],
  resolve: { conditions: ['@parley/source', ...defaultClientConditions] },
  build: { outDir: 'dist', target: 'es2023', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy: { '/trpc': { target: server, ws: true } } },
});
