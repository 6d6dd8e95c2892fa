import { buildWeb, webIsBuilt } from './web/build.ts';

try {
  if (!(await webIsBuilt())) await buildWeb();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
