/** Runs a script of one's own process: prints what it did, or why it did not, in a line. */
export async function runScript(script: (args: readonly string[]) => Promise<string>): Promise<void> {
  try {
    process.stdout.write(`${await script(process.argv.slice(2))}\n`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`parley: ${message.replaceAll(/\s*\n\s*/g, ' ')}\n`);
    process.exitCode = 1;
  }
}
