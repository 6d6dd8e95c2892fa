import type { Mutation } from './mutation.ts';

const connection = 'packages/sdk/src/connection';
const without = 'e2e/src/sdk-without-websocket.test.ts';
const reconnect = 'e2e/src/sdk-reconnect.test.ts';

/** What the SDK's way to the server rests on. */
export const connectionMutations: readonly Mutation[] = [
  {
    invariant: 'I5',
    what: 'where no WebSocket gets through, it is tried for ever',
    file: `${connection}/socket.ts`,
    from: 'if (this.#silent >= SILENT_SOCKETS && !this.#closed) this.#options.onSilent();',
    to: '',
    project: 'e2e',
    test: without,
    name: 'where the page may not open one',
  },
  {
    invariant: 'I18',
    what: 'a WebSocket on which nothing is heard is waited for',
    file: `${connection}/wire.ts`,
    from: 'this.#timer = setTimeout(() => this.#end(LOST, true), HEARD_WITHIN_MS);',
    to: 'this.#timer = setTimeout(() => {}, 0);',
    project: 'e2e',
    test: without,
    name: 'where WebSockets are refused, swallowed or mute',
  },
  {
    invariant: 'I14',
    what: 'a client that is asked to move stays until it is cut',
    file: `${connection}/socket.ts`,
    from: "message['method'] === 'reconnect' && wire === this.#current",
    to: "message['method'] === 'never'",
    project: 'e2e',
    test: 'e2e/src/sdk.test.ts',
    name: 'moves from a server that stops',
  },
  {
    invariant: 'I5',
    what: 'a WebSocket is not tried again',
    file: `${connection}/event-channel.ts`,
    from: 'this.#probe = new Probe(addresses.webSocket, WebSocket, options.onWebSocket);',
    to: 'this.#probe = undefined;',
    project: 'e2e',
    test: without,
    name: 'a WebSocket is tried from time to time',
  },
  {
    invariant: 'I5',
    what: 'the open socket is not told of a new token',
    file: `${connection}/socket.ts`,
    from: "this.#current.send({ method: 'connectionParams', data: { token } });",
    to: '',
    project: 'e2e',
    test: reconnect,
    name: 'a socket outlives the token',
  },
  {
    invariant: 'I1',
    what: 'what a client too old could not send is given up',
    file: 'packages/sdk/src/outbox/outbox.ts',
    from: "new Set(['UNAUTHENTICATED', 'OUTDATED'])",
    to: "new Set(['UNAUTHENTICATED'])",
    project: 'e2e',
    test: reconnect,
    name: 'a server that finds the client too old',
  },
];
