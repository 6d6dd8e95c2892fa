import { commands } from './accounts/commands.ts';
import { readDatabaseConfig, readEnv } from './config.ts';
import { openTarget } from './database/target.ts';

/**
 * The scripts for accounts: `node --conditions=@parley/source apps/server/src/accounts.ts <command> <name>`. They read the
 * configuration of the server, and work on the embedded PostgreSQL when it names no database.
 */
async function main([name = '', ...args]: readonly string[]): Promise<void> {
  const command = commands[name];
  if (command === undefined) {
    throw new Error(
      `unable to run ${name === '' ? 'nothing' : name}; there is ${Object.keys(commands).join(', ')}`,
    );
  }
  await using target = await openTarget(readDatabaseConfig(readEnv()));
  process.stdout.write(`${await command(target, args)}\n`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`parley: ${message.replaceAll(/\s*\n\s*/g, ' ')}\n`);
  process.exitCode = 1;
}
