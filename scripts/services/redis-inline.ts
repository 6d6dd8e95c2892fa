import { once } from 'node:events';
import { connect } from 'node:net';

/**
 * What the Redis on a port of 127.0.0.1 answers to one command without spaces in its words: a line, or a text.
 * @throws Error when it answers an error, or not within a second
 */
export async function askRedis(port: number, ...words: readonly (string | number)[]): Promise<string> {
  const socket = connect(port, '127.0.0.1').setTimeout(1000, () => socket.destroy(new Error('silent')));
  try {
    socket.setEncoding('utf8').write(`${words.join(' ')}\r\n`);
    let answer = '';
    while (!isWhole(answer)) {
      const data: unknown[] = await once(socket, 'data');
      answer += String(data[0]);
    }
    if (answer.startsWith('-')) throw new Error(`unable to ask Redis ${words.join(' ')}; ${answer.slice(1)}`);
    const line = answer.indexOf('\r\n');
    return answer.startsWith('$') ? answer.slice(line + 2, -2) : answer.slice(1, line);
  } finally {
    socket.destroy();
  }
}

/** A line, or a text with its length before it; only ASCII is expected here. */
function isWhole(answer: string): boolean {
  const line = answer.indexOf('\r\n');
  if (line === -1) return false;
  if (!answer.startsWith('$')) return true;
  return answer.length >= line + 4 + Number(answer.slice(1, line));
}
