import type { Engine } from '@parley/engine';
import type { Config } from '../config.ts';
import { Metrics } from './metrics.ts';
import { startMetricsServer } from './metrics-server.ts';

export interface StartedMetrics extends AsyncDisposable {
  /** Null when nobody asked for metrics. */
  readonly collected: Metrics | null;
  /** The engine, with its calls timed and its status shown. */
  watch(engine: Engine): Engine;
}

/** Metrics as the configuration asks for them: on a port of their own if it names one. */
export async function startMetrics(
  config: Pick<Config, 'host' | 'metricsPort' | 'metricsToken'>,
): Promise<StartedMetrics> {
  const { host, metricsPort, metricsToken } = config;
  if (metricsPort === null && metricsToken === null) {
    return { collected: null, watch: (engine) => engine, [Symbol.asyncDispose]: async () => {} };
  }
  const metrics = new Metrics();
  const server =
    metricsPort === null
      ? null
      : await startMetricsServer({ metrics, token: metricsToken, host, port: metricsPort });
  return {
    collected: metrics,
    watch(engine) {
      metrics.watchEngine(() => engine.status());
      metrics.watchDatabase(() => engine.checkDatabase());
      return { ...engine, services: metrics.timed(engine.services) };
    },
    [Symbol.asyncDispose]: async () => server?.[Symbol.asyncDispose](),
  };
}
