import { runCommand } from './database/run-command.ts';
import { commands } from './keys/commands.ts';

// The scripts for API keys: `node --conditions=@parley/source apps/server/src/keys.ts <command> [options]`. They find the
// database as those for the database do.
await runCommand(commands);
