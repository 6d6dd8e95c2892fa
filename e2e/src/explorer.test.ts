import { describe, expect, test } from 'vitest';
import { Random } from './chaos/random.ts';
import type { Action } from './explorer/actions.ts';
import { type Code, shippedCode } from './explorer/code.ts';
import { type Exploration, explore, walk } from './explorer/explore.ts';
import { mutate } from './explorer/mutants.ts';
import { mutations } from './explorer/mutations.ts';
import { scenarios, wanderers, worldOf } from './explorer/scenarios.ts';

const full = process.env['PARLEY_TEST_FULL'] === '1';
const statesEach = full ? 400_000 : 7_000;
const walks = full ? 20_000 : 400;
const mutantStates = 2_500;
const [mutantWalksFirst, mutantWalksLast] = [60, 600];
const timeout = full ? 1_800_000 : 120_000;

const told = (states: number, complete: boolean) => `${states} states${complete ? ', all there are' : ''}`;

describe('I1 I4 I5 I6 I8 I9 I16 hold in every state', { timeout }, () => {
  test.each(scenarios)('$name', (scenario) => {
    const { states, complete, finding } = explore(shippedCode, worldOf(shippedCode, scenario), {
      states: statesEach,
    });
    console.info(`${scenario.name}: ${told(states, complete)}`);
    expect(finding).toBeNull();
    expect(states).toBeGreaterThan(300);
  });

  test.each(wanderers)('on random walks: $name', (scenario) => {
    const random = new Random(1);
    let states = 0;
    for (let index = 0; index < walks; index += 1) {
      const walked = walk(shippedCode, worldOf(shippedCode, scenario), wander(random));
      states += walked.states;
      expect(walked.finding).toBeNull();
    }
    console.info(`${scenario.name}: ${walks} walks through ${states} states`);
  });
});

describe('the explorer finds', { timeout }, () => {
  test.each(mutations)('$what', async (mutation) => {
    await using mutant = await mutate(mutation);
    let states = 0;
    for (const look of looks(mutant.code)) {
      const found = look();
      states += found.states;
      if (found.finding === null) continue;
      console.info(`${mutation.what}: ${found.finding.what.slice(0, 80)} (${states} states)`);
      expect(found.finding.what).toMatch(/^I\d+: /);
      return;
    }
    expect.unreachable(`nothing was found in ${states} states`);
  });
});

/** What a mutant is looked at with: random walks, as most are found on them soon, every scenario for a while, and more walks. */
function* looks(code: Code): Generator<() => Exploration> {
  const random = new Random(2);
  const wandering = function* (count: number): Generator<() => Exploration> {
    for (let index = 0; index < count; index += 1)
      for (const scenario of wanderers) yield () => walk(code, worldOf(code, scenario), wander(random));
  };
  yield* wandering(mutantWalksFirst);
  for (const scenario of scenarios)
    yield () => explore(code, worldOf(code, scenario), { states: mutantStates });
  yield* wandering(mutantWalksLast);
}

/** Mostly goes on with what is under way: whoever breaks all there is at once sees little of what follows. */
function wander(random: Random) {
  return (actions: readonly Action[]): Action | undefined => {
    const free = actions.filter(({ costs }) => !costs);
    return random.pick(free.length > 0 && random.chance(0.7) ? free : actions);
  };
}
