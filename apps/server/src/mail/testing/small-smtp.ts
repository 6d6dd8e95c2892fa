import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** A mail as it came over the wire. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: string;
  readonly data: string;
}

/** A mail server that takes everything, and keeps it. */
export interface SmallSmtp extends AsyncDisposable {
  readonly port: number;
  readonly mails: readonly ReceivedMail[];
}

/** @param manner whether it takes everything, refuses whoever a mail is for, or says nothing at all */
export async function startSmallSmtp(manner: 'takes' | 'refuses' | 'silent' = 'takes'): Promise<SmallSmtp> {
  const mails: ReceivedMail[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    if (manner !== 'silent') void talk(socket, mails, manner === 'refuses');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    mails,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

async function talk(socket: Socket, mails: ReceivedMail[], refuses: boolean): Promise<void> {
  const say = (line: string) => socket.write(`${line}\r\n`);
  say('220 small');
  let mail = { from: '', to: '', data: '' };
  let inData = false;
  for await (const line of createInterface({ input: socket })) {
    const path = /<(.*)>/.exec(line)?.[1] ?? '';
    if (inData && line !== '.') mail.data += `${line}\n`;
    else if (inData) {
      inData = false;
      mails.push(mail);
      mail = { from: '', to: '', data: '' };
      say('250 taken');
    } else if (/^EHLO/i.test(line)) say('250 small');
    else if (/^MAIL FROM/i.test(line)) {
      mail.from = path;
      say('250 ok');
    } else if (/^RCPT TO/i.test(line)) {
      mail.to = path;
      say(refuses ? `550 there is no <${path}> here` : '250 ok');
    } else if (/^DATA/i.test(line)) {
      inData = true;
      say('354 go on');
    } else if (/^QUIT/i.test(line)) {
      say('221 bye');
      socket.end();
    } else say('502 not here');
  }
}
