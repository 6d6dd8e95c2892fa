const lineEnd = Buffer.from('\r\n');
const pong = Buffer.from('PONG');
const message = Buffer.from('MSG ');
const error = Buffer.from('-ERR');

/**
 * Reads what a NATS server sends.
 * @param onPong told of each answer to a PING, which come in the order of these
 * @param onError told of what went wrong; the server then closes the connection
 */
export function readPongs(onPong: () => void, onError: (line: string) => void): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    let from = 0;
    for (let end = all.indexOf(lineEnd); end !== -1; end = all.indexOf(lineEnd, from)) {
      let next = end + lineEnd.length;
      // What was said follows its line, as many bytes as the line says last.
      if (startsWith(all, from, message)) {
        next += Number(all.toString('latin1', all.lastIndexOf(32, end), end)) + lineEnd.length;
      }
      if (next > all.length) break;
      if (startsWith(all, from, pong)) onPong();
      if (startsWith(all, from, error)) onError(all.toString('latin1', from, end));
      from = next;
    }
    rest = all.subarray(from);
  };
}

function startsWith(all: Buffer, from: number, word: Buffer): boolean {
  return (
    all.length >= from + word.length && all.compare(word, 0, word.length, from, from + word.length) === 0
  );
}
