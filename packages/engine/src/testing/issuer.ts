import { createServer, type Server } from 'node:http';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Issuer } from '../identity/issuer-tokens.ts';

type Algorithm = 'RS256' | 'ES256' | 'EdDSA' | 'PS256' | 'ES384';

/** A system with people of its own, which publishes its keys on this machine. */
export interface TestIssuer extends AsyncDisposable {
  readonly options: Issuer;
  /** How often its keys were read. */
  readonly reads: number;
  /** Signs with the newest key, or the one of that name. Claims that are undefined are left out. */
  token(claims?: Readonly<Record<string, unknown>>, kid?: string, typ?: string): Promise<string>;
  /** Makes a key; it is published with the next read. */
  addKey(kid: string, algorithm?: Algorithm): Promise<void>;
  /** Publishes a key no more. */
  withdraw(kid: string): void;
  /** The public key as it is published. */
  publicKey(kid: string): object;
  /** Whether its address answers. */
  setReachable(reachable: boolean): void;
}

/** Starts one. @param times as the server shall keep them */
export async function testIssuer(
  times: Pick<Issuer, 'cooldownMs' | 'renewMs' | 'timeoutMs'> = {},
): Promise<TestIssuer> {
  const issuer = 'https://id.example.com';
  const audience = 'parley-test';
  const keys = new Map<string, { algorithm: Algorithm; privateKey: CryptoKey; jwk: object }>();
  const withdrawn = new Set<string>();
  let reads = 0;
  let reachable = true;
  const server = createServer((_request, response) => {
    reads += 1;
    if (!reachable) {
      response.writeHead(503).end();
      return;
    }
    const published = [...keys].flatMap(([kid, { jwk }]) => (withdrawn.has(kid) ? [] : jwk));
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: published }));
  });
  const port = await listening(server);
  const test: TestIssuer = {
    options: { url: `http://127.0.0.1:${port}/jwks`, issuer, audience, ...times },
    get reads() {
      return reads;
    },
    async token(claims = {}, kid = [...keys.keys()].at(-1) ?? '', typ = 'JWT') {
      const key = keys.get(kid);
      if (key === undefined) throw new Error(`the issuer has no key ${kid}`);
      const now = Math.floor(Date.now() / 1000);
      const all = { iss: issuer, aud: audience, iat: now, exp: now + 600, sub: 'somebody', ...claims };
      return new SignJWT(all).setProtectedHeader({ alg: key.algorithm, kid, typ }).sign(key.privateKey);
    },
    async addKey(kid, algorithm = 'ES256') {
      const { publicKey, privateKey } = await generateKeyPair(algorithm);
      keys.set(kid, { algorithm, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: algorithm } });
    },
    withdraw: (kid) => void withdrawn.add(kid),
    publicKey: (kid) => keys.get(kid)?.jwk ?? {},
    setReachable: (now) => void (reachable = now),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  await test.addKey('first');
  return test;
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
