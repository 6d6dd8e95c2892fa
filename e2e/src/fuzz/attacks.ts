import type { Random } from '../chaos/random.ts';
import { bodies } from './corpus/bodies.ts';
import { messages } from './corpus/messages.ts';
import { requests } from './corpus/requests.ts';
import { upgrades } from './corpus/upgrades.ts';
import { exchange } from './exchange.ts';
import { oddFrames, textFrame } from './frames.ts';
import { mutated, mutatedJson } from './mutate.ts';
import type { Talk } from './talk.ts';

/** What exists on the server that is attacked, by the names that the corpus has for it. */
export type Known = Readonly<Record<'token' | 'room' | 'message' | 'person', string>>;

export interface Target {
  readonly port: number;
  readonly known: Known;
  /** An open socket to say things on. */
  readonly talk: Talk;
}

export interface Outcome {
  /** What was wrong with how the server took it; null when nothing was. */
  readonly fault: string | null;
  /** Of its answer over HTTP; null when there was none. */
  readonly status: number | null;
}

/** One case. */
type Attack = (target: Target, random: Random) => Promise<Outcome>;

const filled = (text: string, known: Known): string =>
  Object.entries(known).reduce((result, [name, value]) => result.replaceAll(`{${name}}`, value), text);

const olderThanClient = 'unable to answer; this server is older than the client';

/** Sends bytes; what the server says to them may be anything but that it failed. */
async function sent(
  port: number,
  text: string,
  how: { next?: Buffer; patient?: boolean } = {},
): Promise<Outcome> {
  const { status, rest } = await exchange(port, Buffer.from(text, 'latin1'), how);
  const answer = rest.toString('latin1');
  // Who claims to be newer than the server is told that it is away for them: its successor will know them.
  if (answer.includes(olderThanClient)) return { status, fault: null };
  const [failed] = /"httpStatus":5\d\d/.exec(answer) ?? [];
  const told = JSON.stringify(text.slice(0, 2_000));
  if (status !== null && status >= 500) return { status, fault: `answered ${status} to ${told}` };
  if (failed === undefined) return { status, fault: null };
  return {
    status,
    fault: `said ${failed} to ${told} ${JSON.stringify(how.next?.toString('latin1').slice(0, 2_000))}`,
  };
}

const attacks = {
  upgrade: ({ port, known }, random) =>
    sent(port, mutated(filled(random.pick(upgrades) ?? '', known), random)),

  request: ({ port, known }, random) =>
    sent(port, mutated(filled(random.pick(requests) ?? '', known), random)),

  /** Headers beyond every limit, of one kind or another. */
  headers: ({ port }, random) => {
    const [from, to] = random.pick([
      ['GET / HTTP/1.1\r\nHost: a\r\n', '\r\n\r\n'],
      ['GET /trpc HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n', ''],
    ] as const) ?? ['', ''];
    const header =
      random.pick([
        'X: ',
        'Cookie: a=',
        'Origin: http://',
        'Authorization: Bearer ',
        'Sec-WebSocket-Extensions: a;b=',
      ]) ?? '';
    const many = random.chance(0.3) ? 'X-Y: z\r\n'.repeat(random.between(1, 3_000)) : '';
    return sent(port, `${from}${many}${header}${'a'.repeat(random.between(1, 60_000))}${to}`);
  },

  body: ({ port, known }, random) => {
    const [method, path, json] = random.pick(bodies) ?? ['', '', ''];
    const body = Buffer.from(mutatedJson(filled(json, known), random));
    const length = random.chance(0.05) ? random.between(0, 2 ** 21) : body.length;
    const head = [
      `${method} ${filled(path, known)} HTTP/1.1`,
      'Host: a',
      `Authorization: Bearer ${known.token}`,
      `Content-Type: ${random.chance(0.95) ? 'application/json' : 'text/plain'}`,
      `Content-Length: ${length}`,
    ];
    return sent(port, `${head.join('\r\n')}\r\n\r\n${body.toString('latin1')}`, {
      patient: length <= body.length,
    });
  },

  frames: ({ port, known }, random) => {
    const [plain = '', announced = ''] = upgrades;
    const message = mutated(filled(random.pick(messages) ?? '', known), random);
    const odd = Array.from({ length: random.between(1, 4) }, () => oddFrames(message, random));
    if (random.chance(0.5)) return sent(port, plain, { next: Buffer.concat(odd), patient: true });
    const credentials = JSON.stringify({ method: 'connectionParams', data: { token: known.token } });
    const first = textFrame(random.chance(0.7) ? credentials : mutated(credentials, random));
    return sent(port, announced.replace(/Origin:.*\r\n/, ''), {
      next: Buffer.concat([first, ...odd]),
      patient: true,
    });
  },

  message: async ({ talk, known }, random) => ({
    fault: await talk.say(mutatedJson(filled(random.pick(messages) ?? '', known), random)),
    status: null,
  }),
} satisfies Readonly<Record<string, Attack>>;

const weights = { upgrade: 15, request: 20, headers: 3, body: 17, frames: 20, message: 25 } as const;
export type Kind = keyof typeof weights;

export async function attack(target: Target, random: Random): Promise<Outcome & { readonly kind: Kind }> {
  const kind = random.weighted<Kind>(weights);
  return { kind, ...(await attacks[kind](target, random)) };
}
