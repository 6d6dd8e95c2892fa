import { Random } from '../chaos/random.ts';
import { type Action, actionsOf, fairActions, noBudget } from './actions.ts';
import { differenceIn, violationIn } from './check.ts';
import type { Code } from './code.ts';
import { digest } from './digest.ts';
import { checkHeads, hears } from './server.ts';
import type { World } from './world.ts';

interface Finding {
  readonly what: string;
  /** The actions that led there. */
  readonly trace: readonly string[];
}

export interface Exploration {
  readonly states: number;
  /** Whether every state within the bounds was seen. */
  readonly complete: boolean;
  readonly finding: Finding | null;
}

export interface Bounds {
  /** States at most. */
  readonly states: number;
}

interface Node {
  readonly world: World;
  readonly name: string;
  readonly before: Node | null;
}

/**
 * Visits every state that can be reached, each once, until something is wrong or the bounds are met. Which one is next is
 * drawn, so that bounds cut off a bit of everything rather than all of something.
 */
export function explore(code: Code, start: World, bounds: Bounds): Exploration {
  const random = new Random(1);
  const seen = new Set<string>([digest(start)]);
  const open: Node[] = [{ world: start, name: 'start', before: null }];
  for (let node = draw(open, random); node !== undefined; node = draw(open, random)) {
    const finding = look(code, node);
    if (finding !== null) return { states: seen.size, complete: false, finding };
    for (const action of actionsOf(code, node.world)) {
      const world = action.run();
      const key = digest(world);
      if (seen.has(key)) continue;
      if (seen.size >= bounds.states) return { states: seen.size, complete: false, finding: null };
      seen.add(key);
      open.push({ world, name: action.name, before: node });
    }
  }
  return { states: seen.size, complete: true, finding: null };
}

function draw(open: Node[], random: Random): Node | undefined {
  const index = random.between(0, open.length - 1);
  const last = open.pop();
  if (last === undefined || index >= open.length) return last;
  return open.splice(index, 1, last)[0];
}

/** One way through, chosen by `choose`, to its end. */
export function walk(
  code: Code,
  start: World,
  choose: (actions: readonly Action[]) => Action | undefined,
): Exploration {
  let node: Node = { world: start, name: 'start', before: null };
  for (let states = 1; states < 300; states += 1) {
    const finding = look(code, node);
    if (finding !== null) return { states, complete: false, finding };
    const action = choose(actionsOf(code, node.world));
    if (action === undefined) return { states, complete: true, finding: null };
    node = { world: action.run(), name: action.name, before: node };
  }
  return { states: 300, complete: false, finding: null };
}

function look(code: Code, node: Node): Finding | null {
  const what = violationIn(code, node.world);
  if (what !== null) return { what, trace: traceOf(node) };
  const unhealed = afterHealing(code, node.world);
  return unhealed === null
    ? null
    : { what: unhealed.what, trace: [...traceOf(node), '— heal —', ...unhealed.trace] };
}

/** Checks of heads in the fair schedule, and what may happen after each: what waits for the next one goes on in vain. */
const rounds = 5;
const turnsEach = 100;

/**
 * The fair schedule: what is on the bus is lost, heads are checked, and everything else goes on until nothing is left
 * to do. Then the client shows what is stored.
 */
function afterHealing(code: Code, world: World): Finding | null {
  let now: World = {
    ...world,
    budget: noBudget,
    servers: world.servers.map((server) => ({ ...server, bus: [] })),
  };
  const trace: string[] = [];
  let over = false;
  for (let round = 0; round < rounds; round += 1) {
    now = checked(code, now);
    over = false;
    for (let turn = 0; turn < turnsEach; turn += 1) {
      const [action] = fairActions(code, now);
      over = action === undefined;
      if (action === undefined) break;
      trace.push(action.name);
      now = action.run();
      const what = violationIn(code, now);
      if (what !== null) return { what, trace };
    }
  }
  if (!over) return { what: 'I18: it goes on for ever', trace: trace.slice(-30) };
  const what = differenceIn(code, now);
  return what === null ? null : { what, trace };
}

function checked(code: Code, world: World): World {
  let next = world;
  for (const [index, server] of world.servers.entries()) {
    if (!hears(server)) continue;
    const [after, events] = checkHeads(code, server, next.db);
    const client =
      next.client.server === index
        ? { ...next.client, stream: [...next.client.stream, ...events] }
        : next.client;
    next = { ...next, client, servers: next.servers.with(index, after) };
  }
  return next;
}

function traceOf(node: Node): string[] {
  const names: string[] = [];
  for (let at: Node | null = node; at !== null; at = at.before) names.unshift(at.name);
  return names;
}
