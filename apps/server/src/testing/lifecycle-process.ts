import { createLog } from '../log.ts';
import { runUntilSignal } from '../lifecycle.ts';

// A process whose one part takes as long to stop as it is told, and throws where nobody catches when it is told to.
const [stopMs = '0', deadlineMs = '0', throws] = process.argv.slice(2);
const log = createLog({ logLevel: 'fatal', production: true });

await runUntilSignal(
  async () => {
    const work = setInterval(() => {}, 1_000);
    process.stdout.write('started\n');
    if (throws !== undefined) setTimeout(() => void Promise.reject(new Error('nobody catches this')), 10);
    return {
      [Symbol.asyncDispose]: async () => {
        process.stdout.write('stopping\n');
        await new Promise((resolve) => setTimeout(resolve, Number(stopMs)));
        clearInterval(work);
        process.stdout.write('stopped\n');
      },
    };
  },
  { log, stopMs: Number(deadlineMs) },
);
