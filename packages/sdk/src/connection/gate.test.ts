import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ReconnectGate } from './gate.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** The milliseconds each wait was announced to take; null for its end. */
function gateWithLog(): { gate: ReconnectGate; waits: (number | null)[] } {
  const waits: (number | null)[] = [];
  const gate = new ReconnectGate((at) => waits.push(at === null ? null : at - Date.now()));
  return { gate, waits };
}

async function passAll(gate: ReconnectGate, times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    const passed = gate.pass();
    await vi.runAllTimersAsync();
    await passed;
  }
}

test('lets the first attempt pass at once and makes later ones wait longer and longer', async () => {
  const { gate, waits } = gateWithLog();
  await passAll(gate, 5);
  expect(waits).toEqual([125, null, 250, null, 500, null, 1000, null]);
});

test('starts over only once a connection has proven good', async () => {
  const { gate, waits } = gateWithLog();
  await passAll(gate, 4);
  gate.proven();
  await passAll(gate, 1);
  expect(waits.slice(-2)).toEqual([125, null]);
});

test('passes at once after a rest', async () => {
  const { gate, waits } = gateWithLog();
  await passAll(gate, 2);
  gate.rest();
  await gate.pass();
  expect(waits).toEqual([125, null]);
});

test('waits for seconds after it was told to slow down', async () => {
  const { gate, waits } = gateWithLog();
  gate.slowDown(null);
  await passAll(gate, 1);
  expect(waits).toEqual([4000, null]);
});

test('waits for as long as it was told before that', async () => {
  const { gate, waits } = gateWithLog();
  gate.slowDown(60_000);
  await passAll(gate, 1);
  expect(waits).toEqual([64_000, null]);
});

test('can be hurried', async () => {
  const { gate } = gateWithLog();
  await gate.pass();
  const passed = gate.pass();
  gate.hurry();
  await passed;
  expect(vi.getTimerCount()).toBe(0);
});

test('refuses once closed, also those who wait, and leaves no timer', async () => {
  const { gate } = gateWithLog();
  await gate.pass();
  const waiting = gate.pass();
  gate.close();
  await expect(waiting).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await expect(gate.pass()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(vi.getTimerCount()).toBe(0);
});
