import { execFile } from 'node:child_process';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig, readDatabaseConfig } from '../../apps/server/src/config.ts';
import { readDockerfile, said } from './dockerfile.ts';

const run = promisify(execFile);
const docker = new URL('../../docker/', import.meta.url);
const databaseScript = 'apps/server/dist/database.js';
const files = ['compose.yaml', 'compose.scale.yaml'];

const Service = z.looseObject({
  image: z.string().optional(),
  build: z.object({ context: z.string(), dockerfile: z.string() }).optional(),
  user: z.string().optional(),
  environment: z.record(z.string(), z.string()).optional(),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  stop_grace_period: z.string().optional(),
  command: z.array(z.string()).optional(),
  profiles: z.array(z.string()).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).optional(),
});
type Service = z.infer<typeof Service>;
const Compose = z.looseObject({ services: z.record(z.string(), Service) });

const [base, scaled] = await Promise.all(files.map(readServices));
if (base === undefined || scaled === undefined) throw new Error('there are two compose files');

async function readServices(name: string): Promise<Record<string, Service>> {
  // `!reset` is of compose alone: the value it stands before is taken as it is.
  const content: unknown = parse(await readFile(new URL(name, docker), 'utf8'), { logLevel: 'error' });
  return Compose.parse(content).services;
}

/** An independent linter, which holds the compose specification's schema against the files. */
async function lint(...paths: string[]): Promise<{ ok: boolean; output: string }> {
  const dclint = fileURLToPath(new URL('../node_modules/dclint/bin/dclint.cjs', import.meta.url));
  // These two ask for an alphabet, where ours is the order in which things start.
  const rules = ['service-keys-order', 'services-alphabetical-order'].flatMap((rule) => [
    '--disable-rule',
    rule,
  ]);
  return run(process.execPath, [dclint, ...paths, ...rules, '--max-warnings', '0', '--color', 'false']).then(
    ({ stdout }) => ({ ok: true, output: stdout.trim() }),
    (error: unknown) => ({
      ok: false,
      output: String(error instanceof Error && 'stdout' in error && error.stdout),
    }),
  );
}

/** Fills in variables as compose does: each is given, or else its default counts. */
function filled(text: string, given: Readonly<Record<string, string>>): string {
  return text.replaceAll(
    /\$\{(\w+)(:\?[^}]*|:-([^}]*))\}/g,
    (_, name: string, rule: string, otherwise = '') => {
      const value = given[name];
      if (value === undefined && rule.startsWith(':?')) throw new Error(`${name} has to be set`);
      return value ?? String(otherwise);
    },
  );
}

/** What a container of the server's image gets as its environment. */
async function serverEnvironment(
  given: Readonly<Record<string, string>>,
  ...layers: (Service | undefined)[]
): Promise<Record<string, string>> {
  const stages = await readDockerfile(new URL('Dockerfile', docker));
  const [image] = stages.slice(-1);
  if (image === undefined) throw new Error('the Dockerfile has no stage');
  const own = said(image, 'ENV')
    .split(' ')
    .map((pair) => pair.split('=', 2));
  const composed = layers.flatMap((layer) => Object.entries(layer?.environment ?? {}));
  return Object.fromEntries([...own, ...composed.map(([name, value]) => [name, filled(value, given)])]);
}

const secrets = {
  JWT_SECRET: 'kR7v-0qLx2Zt8Wb5Nf3Ys9Hc1Jd6Pg4M',
  POSTGRES_PASSWORD: 'p@ss/wörd with:everything?',
  REDIS_PASSWORD: 'another p@ss/wörd',
};

test('the compose files are what the compose specification allows', async () => {
  expect(await lint(...files.map((name) => fileURLToPath(new URL(name, docker))))).toEqual({
    ok: true,
    output: '',
  });
  const directory = await mkdtemp(join(tmpdir(), 'parley-compose-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const text = await readFile(new URL('compose.yaml', docker), 'utf8');
  const wrong = join(directory, 'compose.yaml');
  await writeFile(wrong, text.replace('read_only:', 'readonly:'));
  expect(await lint(wrong)).toMatchObject({ ok: false, output: expect.stringContaining('invalid-schema') });
});

test.each(Object.entries({ ...scaled, ...base }))(
  'security, container: %s may do no more than it has to: no root, no capabilities, nothing written but where it is said',
  (_, service) => {
    expect(service).toMatchObject({
      user: expect.stringMatching(/^(?!root|0)\w+$/),
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
    const once = service.command?.includes(databaseScript) === true;
    expect(service['restart']).toBe(once ? 'no' : 'unless-stopped');
    expect(Object.keys(service)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(privileged|cap_add|network_mode|pid|ipc|devices)$/)]),
    );
    // The server's is in its image.
    expect('healthcheck' in service || service.build !== undefined).toBe(true);
  },
);

test('security, container: the image runs as a user that owns nothing in it, and holds no secret', async () => {
  const stages = await readDockerfile(new URL('Dockerfile', docker));
  const [image] = stages.slice(-1);
  if (image === undefined) throw new Error('the Dockerfile has no stage');
  const { steps } = image;
  expect(said(image, 'USER')).toBe('node');
  // Nothing is run or copied as somebody else after it, and nothing is given to it before.
  const last = steps.findLastIndex(({ instruction }) => instruction === 'USER');
  expect(steps.slice(last).filter(({ instruction }) => /^(RUN|COPY|ADD)$/.test(instruction))).toEqual([]);
  expect(steps.filter(({ text }) => /--chown|--chmod|sudo|secret|password|token/i.test(text))).toEqual([]);
  const ignored = (await readFile(new URL('../.dockerignore', docker), 'utf8')).split('\n');
  expect(ignored).toEqual(expect.arrayContaining(['**/.env*', '**/.data', '.git']));
});

test('the server gets a configuration that production starts with', async () => {
  const config = readConfig(await serverEnvironment(secrets, base['server']));
  expect(config).toMatchObject({
    production: true,
    host: '0.0.0.0',
    port: 3000,
    demo: false,
    trustProxy: [],
  });
  expect(new URL(config.databaseUrl ?? '')).toMatchObject({
    host: 'postgres:5432',
    password: encodeURIComponent(secrets.POSTGRES_PASSWORD),
  });
  expect(new URL(config.redisUrl ?? '').host).toBe('redis:6379');
  const stopMs = Number.parseInt(base['server']?.stop_grace_period ?? '', 10) * 1000;
  expect(stopMs).toBeGreaterThan(config.drainMs + 20_000);
});

test('the server waits for the schema, which is made with what the server reaches the database by', async () => {
  const { migrate, seed, server } = base;
  expect(migrate).toMatchObject({ build: server?.build, command: ['node', databaseScript, 'deploy'] });
  expect(migrate?.depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
  const done = { condition: 'service_completed_successfully' };
  expect(server?.depends_on).toMatchObject({ migrate: done });
  // Nobody gets people with a known password without asking for them.
  expect(seed).toMatchObject({ build: server?.build, command: ['node', databaseScript, 'seed'] });
  expect(seed).toMatchObject({ profiles: ['seed'], depends_on: { migrate: done } });
  const { databaseUrl } = readConfig(await serverEnvironment(secrets, server));
  const config = readDatabaseConfig(await serverEnvironment(secrets, migrate));
  expect(config).toMatchObject({ databaseUrl, production: true });
  const seeding = readDatabaseConfig(await serverEnvironment(secrets, seed));
  expect(seeding).toMatchObject({ databaseUrl, production: false });
  const source = databaseScript.replace('dist/', 'src/').replace('.js', '.ts');
  await expect(access(new URL(`../${source}`, docker))).resolves.toBeUndefined();
});

test.each(Object.keys(secrets))('%s has no default', async (name) => {
  const rest = Object.fromEntries(Object.entries(secrets).filter(([other]) => other !== name));
  await expect(serverEnvironment(rest, base['server'])).rejects.toThrow(`${name} has to be set`);
});

test('databases are reached from this machine only', () => {
  expect(base['postgres']?.ports).toEqual(['127.0.0.1:5433:5432']);
  expect(base['redis']?.ports).toEqual(['127.0.0.1:6380:6379']);
});

test('scaled, nginx alone is reached from outside, and servers believe it and nobody else', async () => {
  const [{ ports, volumes } = {}, server] = [scaled['nginx'], scaled['server']];
  const conf = await readFile(new URL('nginx.conf', docker), 'utf8');
  const [, listens] = /^ +listen (\d+);$/m.exec(conf) ?? [];
  expect(ports).toEqual([`0.0.0.0:3000:${listens}`]);
  expect(volumes).toEqual(['./nginx.conf:/etc/nginx/nginx.conf:ro']);
  expect(server?.ports).toEqual([]);
  const config = readConfig(await serverEnvironment(secrets, base['server'], server));
  expect(config.trustProxy).toEqual(['uniquelocal']);
  expect(conf).toContain(`server server:${config.port} `);
});
