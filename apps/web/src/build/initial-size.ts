import { gzipSync } from 'node:zlib';
import { withImports } from './with-imports.ts';

/** A file of a build, as bundlers give it. */
interface Output {
  readonly type: string;
  readonly fileName: string;
  readonly code?: string;
  readonly source?: string | Uint8Array;
  readonly imports?: readonly string[];
}

/** Bytes of JavaScript, gzipped, that a build's page loads first: the scripts it names and what they import. */
export function initialBytes(outputs: readonly Output[]): number {
  const chunks = new Map(outputs.map((output) => [output.fileName, output]));
  const page = chunks.get('index.html')?.source ?? '';
  const named = Array.from(String(page).matchAll(/"\/(assets\/[^"]+\.js)"/g), ([, name = '']) => name);
  const initial = withImports(outputs, named);
  const sizes = [...initial].map((name) => gzipSync(chunks.get(name)?.code ?? '', { level: 9 }).length);
  return sizes.reduce((sum, size) => sum + size, 0);
}
