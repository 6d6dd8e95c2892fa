import type { Device } from '../device.ts';
import type { Truth } from '../truth.ts';

/** Something a device shows that has to be, in the end, what is stored. Both are compared whole, property by property. */
export interface Aspect {
  /** What the device shows; of what is numbered, the truth says what it means. */
  shown(device: Device, truth: Truth): unknown;
  /** What the device should show; how far back it has loaded is for it to say. */
  stored(device: Device, truth: Truth): unknown;
}
