import { writeFileSync } from 'node:fs';
import type { SerializedError, TestError } from 'vitest';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { beginningOf, type Report } from './report.ts';

/** Writes what a vitest run came to, for scripts/test.ts, to the file that PARLEY_TEST_REPORT names. */
export default class CountingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const report: Report = { passed: 0, failures: [], skipped: [] };
    for (const module of modules) count(module, report);
    for (const error of unhandled)
      report.failures.push({ name: 'an error nobody caught', error: say([error]) });
    const file = process.env['PARLEY_TEST_REPORT'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(report));
  }
}

function count(module: TestModule, report: Report): void {
  let failed = 0;
  for (const test of module.children.allTests()) {
    const result = test.result();
    if (result.state === 'passed') report.passed++;
    else if (result.state === 'failed') {
      failed++;
      report.failures.push({ name: nameOf(test), error: say(result.errors) });
    } else report.skipped.push(nameOf(test));
  }
  // A file that does not load, or whose hooks fail, has failed although none of its tests has.
  const outside = [
    ...module.errors(),
    ...[...module.children.allSuites()].flatMap((suite) => suite.errors()),
  ];
  if (outside.length > 0 || (failed === 0 && !module.ok()))
    report.failures.push({ name: fileOf(module), error: say(outside) });
}

const fileOf = ({ project, relativeModuleId }: TestModule): string =>
  `${project.name} ${relativeModuleId}`.trim();

const nameOf = (test: TestCase): string => `${fileOf(test.module)} > ${test.fullName}`;

/** The first error: what it says, how what was expected differs from what came, and where. */
function say([first]: readonly (SerializedError | TestError)[]): string {
  if (first === undefined) return '';
  const [at] = first.stacks ?? [];
  const diff = typeof first['diff'] === 'string' ? first['diff'] : '';
  const where = at === undefined ? '' : `at ${at.file}:${at.line}:${at.column}`;
  return [beginningOf(first.message, 4), where, beginningOf(diff)].filter((text) => text !== '').join('\n');
}
