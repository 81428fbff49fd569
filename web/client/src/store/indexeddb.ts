import { emptyAreas } from "./memory.ts";
import { AREAS, type Areas, type Changes, type Saved, type Store } from "./store.ts";

/** Raised when the shape of the records changes; the old ones are then dropped, not converted. */
const VERSION = 1;

/** The store of a browser: one database for each account on each server. */
export class IndexedDbStore implements Store {
  readonly #name: string;
  readonly #factory: IDBFactory;
  #opened: Promise<IDBDatabase> | undefined;
  /** Once it is open, so that a write begins in the turn that asks for it. */
  #database: IDBDatabase | undefined;

  constructor(name: string, factory: IDBFactory = globalThis.indexedDB) {
    this.#name = name;
    this.#factory = factory;
  }

  async load(): Promise<Saved> {
    const database = await this.#open();
    const transaction = database.transaction(AREAS, "readonly");
    const saved = emptyAreas();
    await Promise.all(AREAS.map((area) => readArea(transaction, area, saved[area])));
    return saved;
  }

  async save(changes: Changes): Promise<void> {
    const touched = AREAS.filter((area) => changes[area]?.size);
    if (touched.length === 0) return;
    const database = this.#database ?? (await this.#open());
    // What the user sent must not be lost to a power cut either.
    const durability = touched.includes("outbox") ? "strict" : "default";
    const transaction = database.transaction(scopeOf(touched), "readwrite", { durability });
    for (const area of touched) {
      const table = transaction.objectStore(area);
      for (const [key, value] of changes[area] ?? []) {
        if (value === undefined) table.delete(key);
        else table.put(value, key);
      }
    }
    // Without this a page that is being left takes the transaction with it.
    transaction.commit();
    await finished(transaction);
  }

  async clear(): Promise<void> {
    const database = await this.#open();
    const transaction = database.transaction(AREAS, "readwrite");
    for (const area of AREAS) transaction.objectStore(area).clear();
    await finished(transaction);
  }

  close(): void {
    void this.#opened?.then((database) => database.close()).catch(() => undefined);
    this.#forget();
  }

  #forget(): void {
    this.#opened = undefined;
    this.#database = undefined;
  }

  #open(): Promise<IDBDatabase> {
    this.#opened ??= this.#request().catch((reason: unknown) => {
      // The next one tries again.
      this.#forget();
      throw reason;
    });
    return this.#opened;
  }

  #request(): Promise<IDBDatabase> {
    const request = this.#factory.open(this.#name, VERSION);
    request.onupgradeneeded = () => {
      const database = request.result;
      for (const area of [...database.objectStoreNames]) database.deleteObjectStore(area);
      for (const area of AREAS) database.createObjectStore(area);
    };
    return new Promise((resolve, reject) => {
      request.onerror = () => reject(request.error);
      request.onblocked = () => reject(new Error("another tab holds an older database open"));
      request.onsuccess = () => {
        const database = request.result;
        // A newer version of the program in another tab must not wait for this one.
        database.onversionchange = () => this.close();
        // The browser may close it, for want of room for one: the next write opens it again.
        database.onclose = () => this.#forget();
        this.#database = database;
        resolve(database);
      };
    });
  }
}

/**
 * What a transaction locks. Drafts and the outbox go together, so that a draft is not gone from the
 * store before the message that it became is there: transactions that share an area run in the order
 * in which they were made (Indexed Database API §2.7.2).
 */
function scopeOf(touched: readonly (keyof Areas)[]): readonly (keyof Areas)[] {
  return AREAS.filter(
    (area) => touched.includes(area) || (isWritten(area) && touched.some(isWritten)),
  );
}

function isWritten(area: keyof Areas): boolean {
  return area === "outbox" || area === "drafts";
}

/** The database of an account on a server. */
export function databaseName(url: string, username: string): string {
  return `switchboard:${url || globalThis.location?.origin || ""}:${username}`;
}

function readArea<A extends keyof Areas>(
  transaction: IDBTransaction,
  area: A,
  into: Map<string, Areas[A]>,
): Promise<void> {
  const request = transaction.objectStore(area).openCursor();
  return new Promise((resolve, reject) => {
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const cursor = request.result;
      if (!cursor) return resolve();
      into.set(String(cursor.key), cursor.value as Areas[A]);
      cursor.continue();
    };
  });
}

function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}
