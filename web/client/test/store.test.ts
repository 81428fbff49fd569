import { IDBFactory } from "fake-indexeddb";
import { expect, test } from "vitest";
import { IndexedDbStore, MemoryStore, type OutboxItem, type Store } from "../src/index.ts";
import { account } from "./world.ts";

const item: OutboxItem = {
  client_id: "i1",
  conversation: "c1",
  text: "hi",
  created_at: "2026-11-20T09:00:00.000Z",
  status: "queued",
  attempts: 0,
};

const factory = new IDBFactory();
const stores: [string, () => Store][] = [
  ["memory", () => new MemoryStore()],
  ["IndexedDB", () => new IndexedDbStore("a", factory)],
];

test.each(stores)("%s: what was saved is loaded, what was removed is not", async (_, make) => {
  const store = make();
  const users = new Map([
    ["alice", account("alice")],
    ["bob", account("bob")],
  ]);
  await store.save({ users, outbox: new Map([["i1", item]]) });
  await store.save({ users: new Map([["bob", undefined]]) });
  const saved = await store.load();
  expect([...saved.users.keys()]).toEqual(["alice"]);
  expect(saved.outbox.get("i1")).toEqual(item);
  await store.clear();
  expect((await store.load()).outbox.size).toBe(0);
  store.close();
});

test("IndexedDB: each account has its own, and it outlives the program", async () => {
  const first = new IndexedDbStore("alice", factory);
  await first.save({ drafts: new Map([["c1", { text: "half", at: 1 }]]) });
  first.close();
  const again = new IndexedDbStore("alice", factory);
  expect((await again.load()).drafts.get("c1")?.text).toBe("half");
  const other = new IndexedDbStore("bob", factory);
  expect((await other.load()).drafts.size).toBe(0);
});
