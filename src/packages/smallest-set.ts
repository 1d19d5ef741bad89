/** Whether a choice is enough. Adding to a choice that is enough must leave it so. */
export type IsEnough<T> = (chosen: readonly T[]) => Promise<boolean>;

/**
 * A set of items that is enough and of which none can be left out, by few questions: about k·log(n) for k items of n.
 * All items together must be enough. QuickXplain: U. Junker, “Preferred explanations and relaxations for
 * over-constrained problems”, AAAI 2004. Earlier items are preferred.
 */
export async function smallestSet<T>(items: readonly T[], isEnough: IsEnough<T>): Promise<readonly T[]> {
  if (items.length === 0 || (await isEnough([]))) return [];
  return divide([], items, isEnough);
}

/** What of the items must come to `taken`, knowing that `taken` is not enough and both together are. */
async function divide<T>(taken: readonly T[], items: readonly T[], isEnough: IsEnough<T>): Promise<readonly T[]> {
  if (items.length === 1) return items;
  const half = Math.ceil(items.length / 2);
  const [first, second] = [items.slice(0, half), items.slice(half)];
  const needed = await complete([...taken, ...first], second, isEnough);
  return [...(await complete([...taken, ...needed], first, isEnough)), ...needed];
}

async function complete<T>(taken: readonly T[], items: readonly T[], isEnough: IsEnough<T>): Promise<readonly T[]> {
  return (await isEnough(taken)) ? [] : divide(taken, items, isEnough);
}
