import { type Spread, spreadOf, spreadText } from './statistics.ts';
import type { System } from './systems/system.ts';

/** What one window of measuring gave, by the name of the figure. */
export type Sample = Readonly<Record<string, number>>;

/** A figure and how to read it. */
export interface Figure {
  readonly unit: string;
  readonly better: 'less' | 'more';
  /** Digits behind the point. */
  readonly digits?: number;
}

/** One figure of one case, for every system it was measured of. */
export interface Measurement extends Figure {
  readonly benchmark: string;
  readonly case: string;
  readonly figure: string;
  readonly systems: readonly Measured[];
}

interface Measured extends Spread {
  readonly system: string;
  /** How many times better the first system is; in each round, and the median of those. */
  readonly ratio: number;
}

/** One benchmark, under way: prints what it is told, and keeps it. */
export class Report {
  readonly #measurements: Measurement[] = [];
  readonly #benchmark: string;

  /** @param conditions what has to be known to read the figures, in a few lines */
  constructor(benchmark: string, conditions: readonly string[]) {
    this.#benchmark = benchmark;
    console.log(`\n## ${benchmark}\n\n${conditions.join('\n')}\n`);
  }

  get measurements(): readonly Measurement[] {
    return this.#measurements;
  }

  /** Adds one case: the samples of every system, the one that the others are compared with first. */
  add(
    name: string,
    figures: Readonly<Record<string, Figure>>,
    samples: ReadonlyMap<string, readonly Sample[]>,
  ): void {
    for (const [figure, about] of Object.entries(figures)) {
      const systems = measured(figure, about, samples);
      if (systems.length === 0) continue;
      const measurement = { benchmark: this.#benchmark, case: name, figure, ...about, systems };
      this.#measurements.push(measurement);
      console.log(`${name}, ${figure}${about.unit === '' ? '' : `, ${about.unit}`}`);
      for (const each of systems) {
        const ratio = each === systems[0] ? '' : `  ${ratioText(each.ratio)}`;
        console.log(`  ${each.system.padEnd(24)}${spreadText(each, about.digits).padEnd(36)}${ratio}`);
      }
    }
  }
}

/** As `5.2x` when the first system is better, and `0.8x` when it is not. */
export function ratioText(ratio: number): string {
  return `${ratio.toFixed(ratio < 10 ? 2 : 0)}x`;
}

function measured(
  figure: string,
  { better }: Figure,
  samples: ReadonlyMap<string, readonly Sample[]>,
): Measured[] {
  const [first] = samples.values();
  const found: Measured[] = [];
  for (const [system, own] of samples) {
    const values = own.flatMap((sample) => sample[figure] ?? []);
    if (values.length === 0) continue;
    const ratios = values.map((value, round) => {
      const base = first?.[round]?.[figure] ?? Number.NaN;
      return better === 'less' ? value / base : base / value;
    });
    found.push({ system, ...spreadOf(values), ratio: spreadOf(ratios).median });
  }
  return found;
}

/**
 * Measures subjects in turn, round after round and every other round backwards, so that whatever else the machine does is
 * shared by all. Before each window every server has done what it puts off, which is what others would pay for. The first
 * round warms up and is not counted.
 */
export async function inTurn<T extends { readonly name: string; readonly system?: Pick<System, 'indexed'> }>(
  subjects: readonly T[],
  rounds: number,
  measure: (subject: T) => Promise<Sample>,
): Promise<Map<string, Sample[]>> {
  const samples = new Map(subjects.map(({ name }): [string, Sample[]] => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const subject of round % 2 === 0 ? subjects : subjects.toReversed()) {
      for (const { system } of subjects) await system?.indexed?.();
      const sample = await measure(subject);
      if (round > 0) samples.get(subject.name)?.push(sample);
    }
  }
  return samples;
}
