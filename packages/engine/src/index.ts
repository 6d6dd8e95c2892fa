export type { Bus, BusListener } from './bus/bus.ts';
export { memoryBus } from './bus/memory-bus.ts';
export { redisBus } from './bus/redis-bus.ts';
export { createEngine } from './create-engine.ts';
export { migrate } from './db/migrate.ts';
export type { Authenticated, Engine, EngineOptions, EngineStatus } from './engine.ts';
export type { Log } from './log.ts';
export type { Meter } from './meter.ts';
export { enlistServer, type ServerProcess } from './servers/enlist.ts';
