/**
 * Finds the stanzas of XMPP that answer one's own, by the beginning of their ids, and takes nothing else apart.
 * @param prefix what one's own ids begin with, followed by a number
 * @param onAnswer told of that number, and of the opening tag when it says that the stanza failed
 */
export function readAnswers(
  prefix: string,
  onAnswer: (id: number, error: string | null) => void,
): (bytes: Buffer) => void {
  const needle = Buffer.from(`id='${prefix}`);
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    // What is behind the last tag that has come in full may be the beginning of one.
    const whole = all.lastIndexOf(62) + 1;
    for (let at = all.indexOf(needle); at !== -1 && at < whole; at = all.indexOf(needle, at + 1)) {
      const tag = all.toString('latin1', all.lastIndexOf(60, at), all.indexOf(62, at) + 1);
      const id = Number.parseInt(all.toString('latin1', at + needle.length, at + needle.length + 16), 10);
      onAnswer(id, tag.includes("type='error'") ? tag : null);
    }
    rest = all.subarray(whole);
  };
}
