import { createEngine, enlistServer, migrate } from '@parley/engine';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { Demo } from './demo/demo.ts';
import { createMailer } from './mail/mailer.ts';
import { startMetrics } from './operations/start-metrics.ts';
import { serverProcess } from './operations/server-process.ts';
import { portFailure, requirePort } from './port.ts';
import { startEmbeddedPostgres } from './postgres/embedded.ts';
import { createBus, limitsRedis } from './redis/bus.ts';
import { keptSecret } from './secret.ts';
import { startServer } from './server.ts';

/** A running Parley. Disposing it stops everything in order: sockets, HTTP, engine, bus, embedded database. */
export interface Parley extends AsyncDisposable {
  readonly port: number;
  /** Whether the demo people are there to sign in as. */
  readonly demo: boolean;
}

/**
 * Starts all that the configuration asks for; when a part fails, what was started before it is stopped again.
 * @throws Error whose message says why in a line
 */
export async function startParley(config: Config, log: Logger): Promise<Parley> {
  await requirePort(config.host, config.port);
  await using parts = new AsyncDisposableStack();
  const databaseDir = join(config.dataDir, 'postgres');
  const demo = await Demo.open(config.dataDir, databaseDir, config.demo);
  const connectionString =
    config.databaseUrl ??
    parts.use(await startEmbeddedPostgres({ dataDir: databaseDir, log })).connectionString;
  await migrate(connectionString, log);
  const bus = parts.use(createBus(config, log));
  parts.use(
    await enlistServer({
      connectionString,
      bus: bus.kind,
      process: await serverProcess(),
      everyMs: config.heartbeatMs,
      log,
    }),
  );
  const metrics = parts.use(await startMetrics(config));
  const mailer = createMailer(config, log);
  const engine = parts.use(
    await createEngine({
      bus,
      log,
      ...(metrics.collected === null ? {} : { meter: metrics.collected }),
      database: {
        connectionString,
        ...(config.databasePool === null ? {} : { poolSize: config.databasePool }),
      },
      sendLanes: config.sendLanes,
      ...(config.limits === null ? {} : { limits: { ...config.limits, redis: limitsRedis(config) } }),
      tokens: {
        secret: config.jwtSecret ?? (await keptSecret(config.dataDir)),
        previousSecrets: config.jwtSecretPrevious,
        accessSeconds: config.accessSeconds,
        refreshSeconds: config.refreshSeconds,
      },
      ...(mailer === null ? {} : { mail: { mailer, publicUrl: config.publicUrl } }),
      requireEmailVerification: config.requireEmailVerification,
      ...(config.issuer === null ? {} : { issuer: config.issuer }),
      deletedAccountMessages: config.deletedAccountMessages,
      ...(config.headCheckMs === null ? {} : { headCheckMs: config.headCheckMs }),
      presence: {
        ...(config.presenceLeaseMs === null ? {} : { leaseMs: config.presenceLeaseMs }),
        ...(config.presenceGraceMs === null ? {} : { graceMs: config.presenceGraceMs }),
      },
      ...(config.sessionCheckMs === null ? {} : { sessionCheckMs: config.sessionCheckMs }),
    }),
  );
  if (config.demo) await demo.complete(engine);
  const server = parts.use(
    await startServer({
      config,
      engine: metrics.watch(engine),
      log,
      metrics: metrics.collected,
      metricsToken: config.metricsPort === null ? config.metricsToken : null,
    }).catch((error: unknown) => {
      throw portFailure(error, config.host, config.port);
    }),
  );
  const running = parts.move();
  return {
    port: server.port,
    demo: config.demo && demo.ready,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
