import { readFile } from 'node:fs/promises';

/** A stage of a Dockerfile: what it starts from, and what is done in it, in order. */
export interface Stage {
  readonly name: string;
  readonly from: string;
  readonly steps: readonly Step[];
}

interface Step {
  readonly instruction: string;
  /** The rest of the line, continued lines joined. */
  readonly text: string;
}

/** Reads the plain Dockerfiles of this repository: one instruction a line, lines continued with a backslash. */
export async function readDockerfile(path: URL): Promise<readonly Stage[]> {
  const stages: (Stage & { readonly steps: Step[] })[] = [];
  for (const line of (await readFile(path, 'utf8')).replaceAll(/\\\n\s*/g, '').split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, instruction = '', text = ''] = /^([A-Z]+) +(.*)$/.exec(line) ?? [];
    if (instruction === 'FROM') {
      const [from = '', name = 'final'] = text.split(' AS ');
      stages.push({ name, from, steps: [] });
    } else if (instruction === '' || stages.length === 0) {
      throw new Error(`unable to read a Dockerfile; this line is none of one: ${line}`);
    } else {
      stages.at(-1)?.steps.push({ instruction, text });
    }
  }
  return stages;
}

/** What an instruction that counts once per stage says, such as CMD. @throws Error when the stage has none */
export function said({ name, steps }: Stage, instruction: string): string {
  const step = steps.findLast((candidate) => candidate.instruction === instruction);
  if (step === undefined) throw new Error(`the stage ${name} has no ${instruction}`);
  return step.text;
}
