import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** Where a system keeps its own programs. */
export const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin';

type Command = readonly [string, ...string[]];

let possible: Promise<boolean> | undefined;

/**
 * A command changed so that its process gets `signal` when the process that started it dies, even of SIGKILL. Where
 * the system cannot, the command as it was: BusyBox has a lesser `setpriv` than util-linux, macOS has none.
 */
export async function tiedToParent(signal: 'INT' | 'TERM', command: Command): Promise<Command> {
  possible ??= exec('setpriv', ['--pdeathsig', 'INT', 'true'], {
    env: { PATH: SYSTEM_PATH },
    timeout: 5000,
  }).then(
    () => true,
    () => false,
  );
  return (await possible) ? ['setpriv', '--pdeathsig', signal, ...command] : command;
}
