import type { AspectName } from '../aspects/table.ts';
import type { Scene } from './scene.ts';

/** Something that people do. */
export interface Action {
  /** How often it is chosen, beside the others. */
  readonly weight: number;
  /** Where it shows: what of it is lost is found there in the end. */
  readonly shows: readonly AspectName[];
  /**
   * Does it once. Returns false when there was nothing to do it to; what it is told by the server goes to the ledger.
   * @throws ParleyError when it is refused, or nobody knows what became of it
   */
  act(scene: Scene): boolean | Promise<boolean>;
}
