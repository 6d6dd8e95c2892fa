import { ParleyError } from '@parley/sdk';
import type { Scene } from './actions/scene.ts';
import { type ActionName, actions } from './actions/table.ts';

/** Does one thing, whatever comes of it. */
export async function act(scene: Scene): Promise<void> {
  const name = scene.random.weighted<ActionName>(actions);
  const tries = scene.ledger.tries(name);
  try {
    if (await actions[name].act(scene)) tries.done += 1;
    else tries.idle += 1;
  } catch (error) {
    const code = error instanceof ParleyError ? error.code : String(error);
    tries.failed[code] = (tries.failed[code] ?? 0) + 1;
  }
}
