import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests that take half a minute or more, and whose files do not look like it. */
const long = ['chaos', 'black-holes', 'explorer', 'deployment-pm2', 'every-operation'];

/**
 * What takes long is begun first: Vitest goes by the size of a file, so that one that is short and waits a lot came last,
 * and in the end everything waited for it alone.
 */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => groupOf(a) - groupOf(b) || Number(isLong(b)) - Number(isLong(a)));
  }
}

function groupOf({ project }: TestSpecification): number {
  return project.config.sequence.groupOrder;
}

function isLong({ moduleId }: TestSpecification): boolean {
  return long.some((name) => moduleId.endsWith(`/${name}.test.ts`));
}
