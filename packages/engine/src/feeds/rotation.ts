/** Takes a share of many, another one each time, so that in a few rounds everyone has had their turn. */
export class Rotation {
  #next = 0;

  take<T>(items: readonly T[], count: number): readonly T[] {
    if (items.length <= count) return items;
    const from = this.#next % items.length;
    this.#next = from + count;
    const share = items.slice(from, from + count);
    return [...share, ...items.slice(0, count - share.length)];
  }
}
