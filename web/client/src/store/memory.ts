import { AREAS, type Areas, type Changes, type Saved, type Store } from "./store.ts";

/** A store for node and for pages without IndexedDB: it forgets with the program. */
export class MemoryStore implements Store {
  #areas = emptyAreas();

  async load(): Promise<Saved> {
    const copy = emptyAreas();
    for (const area of AREAS) fill(copy, area, this.#areas[area]);
    return copy;
  }

  async save(changes: Changes): Promise<void> {
    for (const area of AREAS) fill(this.#areas, area, changes[area]);
  }

  async clear(): Promise<void> {
    this.#areas = emptyAreas();
  }

  close(): void {}
}

type Tables = { [A in keyof Areas]: Map<string, Areas[A]> };

/** Nothing stored. */
export function emptyAreas(): Tables {
  return {
    head: new Map(),
    conversations: new Map(),
    users: new Map(),
    contacts: new Map(),
    outbox: new Map(),
    drafts: new Map(),
  };
}

function fill<A extends keyof Areas>(tables: Tables, area: A, changes: Changes[A]): void {
  const table: Map<string, Areas[A]> = tables[area];
  for (const [key, value] of changes ?? []) {
    if (value === undefined) table.delete(key);
    else table.set(key, value);
  }
}
