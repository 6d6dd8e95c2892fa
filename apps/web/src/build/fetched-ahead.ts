import { basename } from 'node:path';
import type { Plugin } from 'vite';
import { withImports } from './with-imports.ts';

/** What shows a conversation to whoever is signed in, by the modules it is taken from. */
export const shown = [
  'features/shell/signed-in.tsx',
  'features/conversations/chat-layout.tsx',
  'features/messages/conversation-page.tsx',
];

/** The parts of a chunk of a build that count here. */
interface Chunk {
  readonly fileName: string;
  readonly imports: readonly string[];
  readonly isEntry: boolean;
  readonly facadeModuleId: string | null;
}

/**
 * Tells `early.js`, in an attribute of its element, which files show a conversation, beside those that every page names: without
 * it they would be asked for only once the app has been fetched and run.
 */
export function fetchedAhead(): Plugin {
  return {
    name: 'parley:fetched-ahead',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(page, { bundle }) {
        if (bundle === undefined) return page;
        const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
        const names = namesAhead(chunks);
        const told = page.replace(
          '<script src="/early.js"',
          `<script src="/early.js" data-signed-in="${names.join(' ')}"`,
        );
        if (told === page) throw new Error('unable to build the web app; its page has no early.js');
        return told;
      },
    },
  };
}

/**
 * The chunks that show a conversation and what they import, by their names without folder and ending; without those of the entry.
 * @throws Error when one that is to be shown is no chunk
 */
export function namesAhead(chunks: readonly Chunk[]): string[] {
  const files = shown.map((module) => {
    const chunk = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(`/${module}`) === true);
    if (chunk === undefined) throw new Error(`unable to build the web app; nothing shows ${module}`);
    return chunk.fileName;
  });
  const entries = chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName);
  const initial = withImports(chunks, entries);
  return [...withImports(chunks, files)]
    .filter((name) => !initial.has(name))
    .map((name) => basename(name, '.js'));
}
