import { Agent, request } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

/** What a thread of its own is to try: its work must not slow down whoever measures. */
export interface BadSignIns {
  readonly url: string;
  readonly count: number;
  /** From an address of its own each, to an account of its own; otherwise all from one to one. */
  readonly spread: boolean;
}

/** How many were answered with which status, and the waits that were told. */
export interface SignInAnswers {
  readonly statuses: Readonly<Record<string, number>>;
  readonly waits: readonly number[];
  readonly ms: number;
}

const atOnce = 200;

async function attack({ url, count, spread }: BadSignIns): Promise<SignInAnswers> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const statuses: Record<string, number> = {};
  const waits: number[] = [];
  const began = performance.now();
  const attempt = async (n: number): Promise<void> => {
    const from = spread ? `198.18.${n >> 8}.${n & 255}` : '198.18.0.1';
    const email = spread ? `nobody-${n}@example.com` : 'ada@example.com';
    const { status, retryAfter } = await guess(agent, url, from, email);
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (retryAfter !== null) waits.push(retryAfter);
  };
  await Promise.all(Array.from({ length: count }, (_, n) => attempt(n)));
  agent.destroy();
  return { statuses, waits, ms: performance.now() - began };
}

function guess(
  agent: Agent,
  url: string,
  from: string,
  email: string,
): Promise<{ status: number; retryAfter: number | null }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': from };
    const sent = request(`${url}/auth/login`, { method: 'POST', agent, headers }, (response) => {
      const { statusCode: status = 0, headers: told } = response;
      const retryAfter = told['retry-after'] === undefined ? null : Number(told['retry-after']);
      response.resume();
      response.once('end', () => resolve({ status, retryAfter }));
    });
    sent.once('error', reject);
    sent.end(JSON.stringify({ email, password: 'a wrong guess' }));
  });
}

const task: BadSignIns = workerData;
parentPort?.postMessage(await attack(task), []);
