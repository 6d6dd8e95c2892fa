import type { ServerProcess } from '@parley/engine';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { startOf } from '../postgres/processes.ts';

/** This process, as other servers find it in the database. */
export async function serverProcess(): Promise<ServerProcess> {
  return {
    host: await processSpace(),
    pid: process.pid,
    start: (await startOf(process.pid)) ?? '',
    lives: async (pid, start) => (await startOf(pid)) === start,
  };
}

/** The host, and where the system tells it, its boot and the namespace of its process ids: containers have their own. */
async function processSpace(): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '');
  return [hostname(), boot.trim(), namespace].filter((part) => part !== '').join(' ');
}
