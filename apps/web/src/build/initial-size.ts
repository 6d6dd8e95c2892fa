import { gzipSync } from 'node:zlib';

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
  const initial = new Set<string>();
  const add = (name: string): void => {
    if (initial.has(name)) return;
    initial.add(name);
    chunks.get(name)?.imports?.forEach(add);
  };
  const page = chunks.get('index.html')?.source ?? '';
  for (const [, name = ''] of String(page).matchAll(/"\/(assets\/[^"]+\.js)"/g)) add(name);
  const sizes = [...initial].map((name) => gzipSync(chunks.get(name)?.code ?? '', { level: 9 }).length);
  return sizes.reduce((sum, size) => sum + size, 0);
}
