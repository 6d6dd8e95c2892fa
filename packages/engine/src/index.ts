export type { Bus, BusListener } from './bus/bus.ts';
export type { Authenticated, Engine, EngineOptions } from './engine.ts';
export type { Log } from './log.ts';
