import { commands } from './database/commands.ts';
import { runScript } from './database/script.ts';

// The database scripts: `node --conditions=@parley/source apps/server/src/database.ts <command> [options]`. They read the
// configuration of the server, and work on the embedded PostgreSQL when it names no database.
await runScript(commands, process.argv.slice(2));
