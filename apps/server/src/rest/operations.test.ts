import { appRouter } from '@parley/contract/router';
import { expect, test } from 'vitest';
import { eventRoutes } from '../events/event-routes.ts';
import { exportRoute } from './export-route.ts';
import { openApiDocument } from './document.ts';
import { operations } from './operations.ts';

const procedures: [string, { readonly _def: { readonly type: string } }][] = Object.entries(
  appRouter._def.procedures as unknown as Record<string, never>,
);

interface Documented {
  readonly path: string;
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly security?: readonly unknown[];
}

function documented(): Documented[] {
  const { paths } = openApiDocument('http://chat.test') as {
    paths: Record<string, Record<string, Omit<Documented, 'path'>>>;
  };
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.values(item).map((operation) => ({ ...operation, path })),
  );
}

test('every query and every mutation has a place in the REST API, and every subscription sends events', () => {
  const expected = procedures.filter(([, { _def }]) => _def.type !== 'subscription').map(([name]) => name);
  expect(expected.length).toBeGreaterThan(20);
  expect(operations.map(({ name }) => name).toSorted()).toEqual(expected.toSorted());
  const subscriptions = procedures.filter(([, { _def }]) => _def.type === 'subscription');
  expect(eventRoutes.map(({ name }) => name).toSorted()).toEqual(
    subscriptions.map(([name]) => name).toSorted(),
  );
});

test('no two procedures share a place', () => {
  const places = operations.map(({ rest }) => `${rest.method} ${rest.path.replaceAll(/\{\w+\}/g, '{}')}`);
  expect(new Set(places).size).toBe(places.length);
});

test('what stands in a path is a field of the input, and queries are read with GET', () => {
  for (const { name, rest, type, input, pathFields } of operations) {
    expect(Object.keys(input?.shape ?? {}), name).toEqual(expect.arrayContaining([...pathFields]));
    expect(rest.method === 'GET', name).toBe(type === 'query');
  }
});

test('the document has every operation, once by its name', () => {
  const ids = documented().flatMap(({ operationId, tags }) =>
    tags.includes('health') ? [] : operationId.replace('_', '.'),
  );
  const names = [...operations, ...eventRoutes, exportRoute].map(({ name }) => name);
  expect(ids.toSorted()).toEqual(names.toSorted());
});

test('the document says that what a message answers may not be there', () => {
  const { paths } = openApiDocument('http://chat.test') as {
    paths: Record<string, Record<string, { responses: Record<string, { description: string }> }>>;
  };
  expect(paths['/messages']?.['post']?.responses['404']?.description).toBe('NOT_MEMBER, NOT_FOUND');
});

test('the document has the health routes, open to everybody', () => {
  const health = documented().filter(({ tags }) => tags.includes('health'));
  expect(health.map(({ path }) => path)).toEqual([
    '/health',
    '/health/live',
    '/health/ready',
    '/health/db',
    '/health/redis',
  ]);
  for (const { security } of health) expect(security).toEqual([]);
});
