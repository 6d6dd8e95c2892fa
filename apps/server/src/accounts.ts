import { disableAccount, enableAccount } from '@parley/engine/operations';
import { readDatabaseConfig, readEnv } from './config.ts';
import { openTarget, type Target } from './database/target.ts';
import { runScript } from './database/run-script.ts';

/**
 * What an operator does to accounts: `node --conditions=@parley/source apps/server/src/accounts.ts disable ada`. Reads the
 * configuration of the server, and works beside running ones.
 */
const commands: Readonly<Record<string, (target: Target, name: string) => Promise<string>>> = {
  async disable({ connectionString, log }, name) {
    const ended = await disableAccount(connectionString, log, name);
    if (ended === null) return `${name} was disabled already`;
    return `${name} is disabled; sessions ended: ${ended}`;
  },
  async enable({ connectionString, log }, name) {
    const enabled = await enableAccount(connectionString, log, name);
    return enabled ? `${name} can sign in again` : `${name} was not disabled`;
  },
};

await runScript(async ([verb = '', name, ...others]) => {
  const command = commands[verb];
  if (command === undefined || name === undefined || others.length > 0) {
    throw new Error('unable to read the command; it is: disable|enable <username or e-mail address>');
  }
  await using target = await openTarget(readDatabaseConfig(readEnv()));
  return await command(target, name);
});
