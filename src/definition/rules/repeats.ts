/** Index of each item whose key an earlier item has, with the index of the first such item. Items without a key repeat nothing. */
export function repeatsOf<Item>(items: readonly Item[], keyOf: (item: Item) => string | number | undefined): ReadonlyMap<number, number> {
  const first = new Map<string | number, number>();
  const repeats = new Map<number, number>();
  for (const [index, item] of items.entries()) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, index);
    else repeats.set(index, earlier);
  }
  return repeats;
}
