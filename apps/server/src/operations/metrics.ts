import type { Services } from '@parley/contract/router';
import type { EngineStatus, Meter } from '@parley/engine';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { meteredServices } from './metered-services.ts';

interface Sockets {
  readonly connections: number;
  readonly subscriptions: number;
}

const callSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const batchMessages = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/** What this process does and how it stands, for Prometheus: Node's own metrics, and `parley_` ones. */
export class Metrics implements Meter {
  readonly #registry = new Registry();
  readonly #sends = this.#counter('sends_total', 'Messages sent, by what became of them', ['outcome']);
  readonly #deliveries = this.#counter('deliveries_total', 'Items of subscriptions that left for clients');
  /** Since they were last asked for. */
  #delivered = 0;
  readonly #gapReads = this.#counter('gap_reads_total', 'Reads of what a live feed had missed');
  readonly #headRepairs = this.#counter(
    'head_repairs_total',
    'Live feeds that a comparison with the database found behind',
    ['feed'],
  );
  readonly #limited = this.#counter('limited_total', 'Calls and connections held back, by limit', ['limit']);
  readonly #batches = new Histogram({
    name: 'parley_send_batch_messages',
    help: 'Messages stored by one statement',
    buckets: batchMessages,
    registers: [this.#registry],
  });
  readonly #calls = new Histogram({
    name: 'parley_call_seconds',
    help: 'Time a call took, by procedure and by the code it was answered with',
    labelNames: ['procedure', 'code'],
    buckets: callSeconds,
    registers: [this.#registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  batch(messages: number): void {
    this.#batches.observe(messages);
  }

  send(outcome: Parameters<Meter['send']>[0]): void {
    this.#sends.inc({ outcome });
  }

  gapRead(): void {
    this.#gapReads.inc();
  }

  headRepair(feed: Parameters<Meter['headRepair']>[0]): void {
    this.#headRepairs.inc({ feed });
  }

  limited(limit: string): void {
    this.#limited.inc({ limit });
  }

  /** Called for every receiver: it only counts, and the rest is done when somebody asks. */
  delivered(items: number): void {
    this.#delivered += items;
  }

  /** The services, with every call timed. */
  timed(services: Services): Services {
    return meteredServices(services, (procedure, code, seconds) => {
      this.#calls.observe({ procedure, code }, seconds);
    });
  }

  watchSockets(read: () => Sockets): void {
    this.#gauge('connections', 'Open WebSockets', () => read().connections);
    this.#gauge('subscriptions', 'Open subscriptions of all sockets', () => read().subscriptions);
  }

  watchEngine(read: () => EngineStatus): void {
    this.#gauge('bus_connected', '1 when events travel by the bus, 0 when by the database', () =>
      read().bus.connected ? 1 : 0,
    );
    this.#gauge('limits_shared', '1 while limits are counted in Redis, 0 while by this process alone', () =>
      read().limitsShared ? 1 : 0,
    );
    this.#gauge('conversation_feeds', 'Conversations followed', () => read().feeds.conversations);
    this.#gauge('inbox_feeds', 'People whose inbox is followed', () => read().feeds.users);
    this.#gauge('pool_connections', 'Connections to the database', () => read().pool.total);
    this.#gauge('pool_idle', 'Connections to the database that nobody uses', () => read().pool.idle);
    this.#gauge(
      'pool_waiting',
      'Callers that wait for a connection to the database',
      () => read().pool.waiting,
    );
  }

  /** @param check rejects when the database does not answer */
  watchDatabase(check: () => Promise<void>): void {
    this.#gauge('database_reachable', '1 when the database answered just now, 0 when it did not', () =>
      check().then(
        () => 1,
        () => 0,
      ),
    );
  }

  watchDraining(read: () => boolean): void {
    this.#gauge('draining', '1 while the process stops and takes no more, 0 before', () => (read() ? 1 : 0));
  }

  /** All of it in Prometheus' text format, and the media type of that. */
  async read(): Promise<{ type: string; text: string }> {
    this.#deliveries.inc(this.#delivered);
    this.#delivered = 0;
    return { type: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  #counter(name: string, help: string, labelNames: string[] = []): Counter {
    return new Counter({ name: `parley_${name}`, help, labelNames, registers: [this.#registry] });
  }

  /** A gauge that is read whenever it is asked for. */
  #gauge(name: string, help: string, read: () => number | Promise<number>): Gauge {
    return new Gauge({
      name: `parley_${name}`,
      help,
      registers: [this.#registry],
      async collect() {
        this.set(await read());
      },
    });
  }
}
