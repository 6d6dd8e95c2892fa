import { commands } from './database/commands.ts';
import { runCommand } from './database/run-command.ts';

// The database scripts: `node --conditions=@parley/source apps/server/src/database.ts <command> [options]`. They read the
// configuration of the server, and work on the embedded PostgreSQL when it names no database.
await runCommand(commands);
