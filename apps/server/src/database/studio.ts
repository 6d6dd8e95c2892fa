import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Target } from './target.ts';

/** Fetched when it is first asked for, rather than by every install: it is larger than Parley. */
const browser = 'prisma@7.10.1';
const port = 5555;

/** Shows the tables in a web browser, with Prisma Studio, which needs nothing else of Prisma. Until Ctrl-C. */
export async function studio({ connectionString, name }: Target): Promise<string> {
  const options = ['--url', connectionString, '--browser', 'none', '--port', String(port)];
  const child = spawn('pnpm', ['dlx', browser, 'studio', ...options], { stdio: 'inherit' });
  // Ctrl-C reaches both: the database is stopped once the browser is.
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, pass);
  const ended = once(child, 'exit');
  await once(child, 'spawn');
  process.stdout.write(`${name} is shown at http://localhost:${port} in a moment; Ctrl-C ends it\n`);
  await ended;
  return `${name} is no longer shown`;
}
