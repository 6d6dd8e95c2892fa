interface Placed {
  readonly position: number;
}

/** The message at a position, in a list by position; undefined when it is not there. */
export function messageAt<M extends Placed>(messages: readonly M[], position: number): M | undefined {
  const found = messages[indexUpTo(messages, position)];
  return found?.position === position ? found : undefined;
}

/** The index of the last message up to a position, in a list by position; -1 when there is none. */
export function indexUpTo(messages: readonly Placed[], position: number): number {
  let [low, high] = [0, messages.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((messages[middle]?.position ?? 0) <= position) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
