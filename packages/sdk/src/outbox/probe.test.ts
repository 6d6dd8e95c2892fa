import { type Message, ParleyError } from '@parley/contract';
import { afterEach, expect, test, vi } from 'vitest';
afterEach(() => { vi.useRealTimers(); vi.restoreAllMocks(); });
import { memoryPersistence, type Persistence } from '../persistence/persistence.ts';
import { Outbox } from './outbox.ts';
import { Writer } from './writer.ts';
const msg = (m: any): Message => ({ ...m, position: 1, seq: 1, ordinal: 1, senderId: 'me' });
const make = (p: Persistence, name: string, log: string[], send?: any) => {
  const o = new Outbox({ send: send ?? (async (m: any) => (log.push(m.content), msg(m))), onStored: () => {} });
  o.begin({ persistence: p, name });
  return o;
};
const ms = (n: number) => new Promise((r) => setTimeout(r, n));
test('P1 slow set, send right after begin', async () => {
  const p = memoryPersistence(); const log: string[] = [];
  const o = make({ ...p, set: async (k, v) => { await ms(20); await p.set(k, v); } }, 'p1', log);
  void o.send('r', 'a'); await ms(300);
  expect(log).toEqual(['a']); o.close();
});
test('P2 unkept in second tab is sent', async () => {
  const p = { ...memoryPersistence(), shared: true }; const log: string[] = [];
  const a = make(p, 'p2', log); await ms(50);
  const full = { ...p, set: () => Promise.reject(new Error('full')) };
  const b = make(full, 'p2', log); await ms(50);
  void b.send('r', 'b'); await ms(300);
  expect(log).toEqual(['b']); a.close(); b.close();
});
test('P4 retry during a read is not undone', async () => {
  const p = memoryPersistence(); const log: string[] = []; let refuse = true;
  const shared = { ...p, shared: true, entries: async (x: string) => { const e = await p.entries(x); await ms(30); return e; } };
  const o = make(shared, 'p4', log, async (m: any) => { log.push(m.content); if (refuse) throw new ParleyError('NOT_MEMBER', 'no'); return msg(m); });
  const id = 'x'; o.send('r', 'a', id).catch(() => {}); await ms(200);
  refuse = false;
  const c = new BroadcastChannel('p4'); c.postMessage({ type: 'changed' }); await ms(10);
  void o.retry(id)?.catch(() => {}); await ms(400);
  expect(o.getSnapshot().map((m) => m.status)).toEqual([]); o.close(); c.close();
});
test('P6 a persistence that never answers holds nothing up for ever', async () => {
  vi.useFakeTimers();
  const never = () => new Promise<never>(() => {}); const log: string[] = [];
  const o = make({ shared: false, get: never, set: never, delete: never, entries: never, deleteAll: never }, 'p6', log);
  void o.send('r', 'a').catch(() => {}); await vi.advanceTimersByTimeAsync(60_000);
  expect(log).toEqual(['a']); o.close(); vi.useRealTimers();
});
test('P10 send after close rejects, no timers', async () => {
  vi.useFakeTimers();
  const log: string[] = [];
  const o = make(memoryPersistence(), 'p10', log, async () => { throw new ParleyError('UNAVAILABLE', 'closed'); });
  await vi.advanceTimersByTimeAsync(0); o.close();
  let settled = false; o.send('r', 'a').catch(() => { settled = true; }); await vi.advanceTimersByTimeAsync(5_000);
  expect([settled, vi.getTimerCount()]).toEqual([true, 0]); vi.useRealTimers();
});
test('P14 locks refused', async () => {
  const spy = vi.spyOn(navigator.locks, 'request').mockRejectedValue(new DOMException('no', 'SecurityError'));
  let w = false; const x = new Writer('p14', () => { w = true; }); await ms(20); spy.mockRestore();
  expect(w).toBe(true); x.close();
});
test('P15 deadlock-free two tabs in Node, writer closes mid-flight', async () => {
  const p = { ...memoryPersistence(), shared: true }; const log: string[] = [];
  const a = make(p, 'p15', log, (m: any) => (log.push('A' + m.content), new Promise(() => {})));
  await ms(30); const b = make(p, 'p15', log); await ms(30);
  void a.send('r', '1').catch(() => {}); void b.send('r', '2'); await ms(50); a.close(); await ms(200);
  expect(log).toEqual(['A1', '1', '2']); b.close();
});
