import { relative, resolve } from 'node:path';
import type { Plugin } from 'vite';

const workspace = resolve(import.meta.dirname, '../../../..');

/**
 * What may be in the bundle, by path from the workspace's root; packages by their path inside `node_modules`. Of tRPC's
 * server these are the parts its client is made of.
 */
const allowed = [
  /^apps\/web\/(?:index\.html|src\/(?!build\/))/,
  /^packages\/sdk\/src\//,
  /^packages\/contract\/src\/(?:index|close-codes|errors|limits|live|protocol-version|turns|conversations\/(?:permissions|read-state)|settings\/state|threads\/read|mentions\/unread)\.ts$/,
  /^node_modules\/(?:react|react-dom|scheduler|uuid|@trpc\/client)\//,
  // The router, and what it is made of.
  /^node_modules\/(?:@tanstack\/(?:react-router|router-core|history|react-store|store)|use-sync-external-store)\//,
  // What has the rows of a long list in the page that are on screen.
  /^node_modules\/@tanstack\/(?:react-virtual|virtual-core)\//,
  // Radix, and what it is made of: for dialogs, menus and tooltips.
  /^node_modules\/(?:@radix-ui\/[a-z-]+|@floating-ui\/[a-z-]+|aria-hidden|react-remove-scroll|react-remove-scroll-bar)\//,
  /^node_modules\/(?:use-callback-ref|use-sidecar|tslib)\//,
  /^node_modules\/lucide-react\//,
  // The names of emoji, for the picker.
  /^node_modules\/emojibase-data\//,
  /^node_modules\/@trpc\/server\/dist\/(?:observable|codes|getErrorShape|asyncGeneratorDelegate)-/,
];

/** Fails the build when code that does not belong in a browser gets into the bundle. */
export function allowedModules(): Plugin {
  return {
    name: 'parley:allowed-modules',
    apply: 'build',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
      const strangers = chunks
        .flatMap((chunk) => Object.entries(chunk.modules))
        .filter(([, { renderedLength }]) => renderedLength > 0)
        .map(([id]) => moduleName(id))
        .filter((name) => name !== null && !allowed.some((pattern) => pattern.test(name)));
      if (strangers.length > 0) {
        this.error(`unable to build the web app; these modules must not be in it:\n${strangers.join('\n')}`);
      }
    },
  };
}

/** A module's path from the workspace's root, or from its last `node_modules`; null for what the bundler makes itself. */
function moduleName(id: string): string | null {
  if (id.startsWith('\0')) return null;
  const path = relative(workspace, id.replace(/\?.*$/, '')).replaceAll('\\', '/');
  return path.replace(/^.*\/(?=node_modules\/)/, '');
}
