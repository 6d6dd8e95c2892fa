import { readDatabaseConfig, readEnv } from '../config.ts';
import type { Command } from './commands.ts';
import { runScript } from './run-script.ts';
import { openTarget } from './target.ts';

/** Runs the one of the commands that this process was started with, on the database that the configuration names. */
export async function runCommand(commands: Readonly<Record<string, Command>>): Promise<void> {
  await runScript(async ([name = '', ...args]) => {
    const command = commands[name];
    if (command === undefined) {
      throw new Error(
        `unable to run ${name === '' ? 'nothing' : name}; there is ${Object.keys(commands).join(', ')}`,
      );
    }
    await using target = await openTarget(readDatabaseConfig(readEnv()));
    return await command(target, args);
  });
}
