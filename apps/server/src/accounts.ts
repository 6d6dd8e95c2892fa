import { commands } from './accounts/commands.ts';
import { runCommand } from './database/run-command.ts';

// What an operator does to accounts: `node --conditions=@parley/source apps/server/src/accounts.ts disable ada`. The scripts
// find the database as those for it do, and work beside running servers.
await runCommand(commands);
