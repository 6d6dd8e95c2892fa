// The tests use real servers, which scripts/test.ts starts.
if (process.env['PARLEY_TEST_DATABASE_URL'] === undefined) {
  throw new Error(
    'unable to test; no PostgreSQL and Redis to test with, run "pnpm test:unit" or "pnpm test:e2e"',
  );
}
