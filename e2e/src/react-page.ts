import { type TestParley, testParley } from '@parley/engine/testing';
import { createClient, type ParleyClient } from '@parley/sdk';
import { ParleyProvider } from '@parley/sdk/react';
import { Window } from 'happy-dom';
import { createElement as h, type ReactNode, useEffect } from 'react';
import { expect, onTestFinished } from 'vitest';
import { type ServerProcess, startServerProcess, testRedisUrl } from './server-process.ts';
import { password, signUp } from './sign-up.ts';

/** A server, and people whose clients are closed with the test. */
export class ReactTest implements AsyncDisposable {
  readonly url: string;
  readonly #server: ServerProcess;
  readonly #parley: TestParley;
  #people = 0;

  private constructor(server: ServerProcess, parley: TestParley) {
    this.url = server.url;
    this.#server = server;
    this.#parley = parley;
  }

  static async start(): Promise<ReactTest> {
    const parley = await testParley();
    const place = { databaseUrl: parley.connectionString, redisUrl: testRedisUrl() };
    return new ReactTest(await startServerProcess(place), parley);
  }

  client(): ParleyClient {
    const client = createClient({ url: this.url });
    onTestFinished(() => client.close());
    return client;
  }

  async somebody(): Promise<{ client: ParleyClient; id: string; username: string }> {
    this.#people += 1;
    const username = `hooks-${this.#people}`;
    const client = this.client();
    const { id } = await signUp(this.#parley, client, username);
    return { client, id, username };
  }

  /** One more device of somebody. */
  async device(username: string): Promise<ParleyClient> {
    const client = this.client();
    await client.auth.login({ email: username, password });
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
    await this.#parley[Symbol.asyncDispose]();
  }
}

/** Renders into a document of its own. @returns what it shows, what renders something else there, and what takes it away */
export async function show(client: ParleyClient, children: ReactNode) {
  const window = new Window();
  // What React looks for; everything else stays Node's.
  Object.assign(globalThis, { window, document: window.document });
  const { createRoot } = await import('react-dom/client');
  const element = document.createElement('div');
  const root = createRoot(element);
  const render = (node: ReactNode) => root.render(h(ParleyProvider, { client }, node));
  render(children);
  onTestFinished(() => root.unmount());
  return { text: () => element.textContent, render, unmount: () => root.unmount() };
}

/**
 * Uses hooks in a component of their own, until the test is over.
 * @param useAll what uses them, with what it is given
 * @returns what they gave last, and what gives something else
 */
export async function renderHooks<P, T extends object>(
  client: ParleyClient,
  useAll: (given: P) => T,
  first: NoInfer<P>,
) {
  let last: T | undefined;
  function Probe({ given }: { given: P }) {
    const value = useAll(given);
    useEffect(() => {
      last = value;
    });
    return null;
  }
  const shown = await show(client, h(Probe, { given: first }));
  await expect.poll(() => last).toBeDefined();
  return {
    last: () => {
      if (last === undefined) throw new Error('nothing was rendered yet');
      return last;
    },
    give: (given: P) => shown.render(h(Probe, { given })),
    unmount: shown.unmount,
  };
}
