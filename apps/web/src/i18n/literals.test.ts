import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseSync } from 'vite';
import { expect, test } from 'vitest';

const source = join(import.meta.dirname, '..');
/** Attributes that are shown or read out. */
const shown = new Set([
  'alt',
  'aria-label',
  'aria-description',
  'hint',
  'label',
  'placeholder',
  'submit',
  'text',
  'title',
  'data-tip',
]);

interface Node {
  readonly type: string;
  readonly [property: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** Words in what is shown of a node: text, or what an expression in braces may come to. */
function literalsIn(node: unknown): string[] {
  if (!isNode(node)) return [];
  switch (node.type) {
    case 'JSXText':
    case 'Literal':
      return [node['value']].filter((value) => typeof value === 'string');
    case 'TemplateLiteral':
      return childrenOf(node).flatMap((child) => {
        const { value } = child;
        return child.type === 'TemplateElement' &&
          typeof value === 'object' &&
          value !== null &&
          'raw' in value
          ? [String(value.raw)]
          : [];
      });
    case 'JSXExpressionContainer':
      return literalsIn(node['expression']);
    case 'ConditionalExpression':
      return [...literalsIn(node['consequent']), ...literalsIn(node['alternate'])];
    case 'LogicalExpression':
      return literalsIn(node['right']);
    default:
      return [];
  }
}

function childrenOf(node: Node): Node[] {
  return Object.values(node)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter(isNode);
}

/** What a file shows without asking the catalog for it. */
function wordsIn(node: Node): string[] {
  const own = (): string[] => {
    if (node.type === 'JSXElement' || node.type === 'JSXFragment') {
      const { children } = node;
      return Array.isArray(children) ? children.flatMap(literalsIn) : [];
    }
    const { name, value } = node;
    if (node.type === 'JSXAttribute' && isNode(name) && shown.has(String(name['name'])))
      return literalsIn(value);
    return [];
  };
  return [...own().filter((text) => /\p{L}{2}/u.test(text)), ...childrenOf(node).flatMap(wordsIn)];
}

function wordsOf(code: string): string[] {
  const { program } = parseSync('a.tsx', code);
  return isNode(program) ? wordsIn(program) : [];
}

test('finds words that are not of the catalog', () => {
  const code = `const a = <p title="Tip" className="flex">Hello {b ? 'yes, really' : t('no')}<i>{\`\${c} more\`}</i></p>;`;
  expect(wordsOf(code)).toEqual(['Hello ', 'yes, really', 'Tip', ' more']);
  expect(wordsOf(`const a = <p>{t('chats.title')} – @{name}</p>;`)).toEqual([]);
});

test('everything the app shows is of the catalog', async () => {
  const files = (await readdir(source, { recursive: true })).filter((file) => file.endsWith('.tsx'));
  expect(files.length).toBeGreaterThan(50);
  const found = await Promise.all(
    files.map(async (file) => {
      const path = join(source, file);
      const words = wordsOf(await readFile(path, 'utf8'));
      return words.map((text) => `${relative(source, path)}: ${text}`);
    }),
  );
  expect(found.flat()).toEqual([]);
});

test('everything in the catalog is said somewhere', async () => {
  const files = (await readdir(source, { recursive: true })).filter(
    (file) => /\.tsx?$/.test(file) && !file.startsWith('i18n/'),
  );
  const code = (await Promise.all(files.map((file) => readFile(join(source, file), 'utf8')))).join('\n');
  const inside = await readFile(join(import.meta.dirname, 'formats.ts'), 'utf8');
  const { en } = await import('./en.ts');
  expect(Object.keys(en).filter((key) => !`${code}${inside}`.includes(`'${key}'`))).toEqual([]);
});
