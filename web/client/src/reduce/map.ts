// Maps and sets are never changed in place; these give changed copies.

/** A copy with an entry more; the same map when it was there already. */
export function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  if (map.get(key) === value && map.has(key)) return map;
  return new Map(map).set(key, value);
}

/** A copy without a key; the same map when it was not there. */
export function without<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  if (!map.has(key)) return map;
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}

/** A copy with elements more or fewer. */
export function withElement<T>(set: ReadonlySet<T>, element: T): ReadonlySet<T> {
  return set.has(element) ? set : new Set(set).add(element);
}

/** A copy without an element. */
export function withoutElement<T>(set: ReadonlySet<T>, element: T): ReadonlySet<T> {
  if (!set.has(element)) return set;
  const copy = new Set(set);
  copy.delete(element);
  return copy;
}

/** Whether two plain values read from JSON say the same. */
export function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
