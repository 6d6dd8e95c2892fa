import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LiveStore } from './live-store.ts';

class Recorder extends LiveStore<number> {
  readonly log: string[] = [];

  set(value: number): void {
    this.publish(value);
  }
  protected override start(): void {
    this.log.push('start');
  }
  protected override stop(): void {
    this.log.push('stop');
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const nothing = () => {};

test('starts with its first subscriber and stops a while after its last', () => {
  const store = new Recorder(0);
  const leave = [store.subscribe(nothing), store.subscribe(nothing)];
  expect(store.log).toEqual(['start']);
  for (const undo of leave) undo();
  expect(store.log).toEqual(['start']);
  vi.advanceTimersByTime(5_000);
  expect(store.log).toEqual(['start', 'stop']);
});

test('does not stop for somebody who comes back in time', () => {
  const store = new Recorder(0);
  store.subscribe(nothing)();
  store.subscribe(nothing);
  vi.advanceTimersByTime(60_000);
  expect(store.log).toEqual(['start']);
});

test('stops at once when closed, once, and leaves no timer', () => {
  const store = new Recorder(0);
  const leave = store.subscribe(nothing);
  store.subscribe(nothing)();
  store.close();
  store.close();
  leave();
  expect(store.log).toEqual(['start', 'stop']);
  expect(vi.getTimerCount()).toBe(0);
});

test('tells its subscribers of changes only', () => {
  const store = new Recorder(0);
  const seen: number[] = [];
  const leave = store.subscribe(() => seen.push(store.getSnapshot()));
  for (const value of [0, 1, 1, 2]) store.set(value);
  leave();
  store.set(3);
  expect(seen).toEqual([1, 2]);
});
