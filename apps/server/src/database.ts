import { readDatabaseConfig, readEnv } from './config.ts';
import { commands } from './database/commands.ts';
import { runScript } from './database/run-script.ts';
import { openTarget } from './database/target.ts';

/**
 * The database scripts: `node --conditions=@parley/source apps/server/src/database.ts <command> [options]`. They read
 * the configuration of the server, and work on the embedded PostgreSQL when it names no database.
 */
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
