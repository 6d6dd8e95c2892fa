import { readDatabaseConfig, readEnv } from '../config.ts';
import type { Command } from './commands.ts';
import { openTarget } from './target.ts';

/** Runs one of the commands, which `args` begins with, says what it did, and sets the exit code. */
export async function runScript(
  commands: Readonly<Record<string, Command>>,
  [name = '', ...args]: readonly string[],
): Promise<void> {
  try {
    const command = commands[name];
    if (command === undefined) {
      throw new Error(
        `unable to run ${name === '' ? 'nothing' : name}; there is ${Object.keys(commands).join(', ')}`,
      );
    }
    await using target = await openTarget(readDatabaseConfig(readEnv()));
    process.stdout.write(`${await command(target, args)}\n`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`parley: ${message.replaceAll(/\s*\n\s*/g, ' ')}\n`);
    process.exitCode = 1;
  }
}
