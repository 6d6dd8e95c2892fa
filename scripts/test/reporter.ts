import { writeFileSync } from 'node:fs';
import type { SerializedError } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

/** Writes what a vitest run came to, for scripts/test.ts, to the file that PARLEY_TEST_REPORT names. */
export default class CountingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const report = { passed: 0, failed: unhandled.length, skipped: 0 };
    for (const module of modules) {
      let failures = 0;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') report.passed++;
        else if (state === 'failed') failures++;
        else report.skipped++;
      }
      // A file that does not load, or whose hooks fail, has failed although none of its tests has.
      report.failed += failures === 0 && !module.ok() ? 1 : failures;
    }
    const file = process.env['PARLEY_TEST_REPORT'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(report));
  }
}
