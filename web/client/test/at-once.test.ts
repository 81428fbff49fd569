// What the user wrote is stored in the turn in which it was written: the next turn may never come.

import { IDBDatabase, IDBFactory } from "fake-indexeddb";
import { afterEach, expect, test, vi } from "vitest";
import { connect } from "../src/client.ts";
import type { Changes, Client } from "../src/index.ts";
import { IndexedDbStore, MemoryStore } from "../src/index.ts";
import { FakeClock, fakeEnvironment, settle } from "./clock.ts";
import { FakeServer } from "./server.ts";
import { account } from "./world.ts";

/** Tells what it is asked to write; can be told to answer nothing. */
class WatchedStore extends MemoryStore {
  readonly asked: Changes[] = [];
  stuck = false;

  override async save(changes: Changes): Promise<void> {
    this.asked.push(changes);
    if (this.stuck) return new Promise(() => undefined);
    return super.save(changes);
  }

  drafts(): (string | undefined)[] {
    return this.asked.flatMap(({ drafts }) => [...(drafts?.values() ?? [])].map((it) => it?.text));
  }

  outbox(): (string | undefined)[] {
    return this.asked.flatMap(({ outbox }) => [...(outbox?.values() ?? [])].map((it) => it?.text));
  }
}

const clients: Client[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const client of clients.splice(0)) await client.stop();
});

function start(store: MemoryStore | IndexedDbStore) {
  const clock = new FakeClock();
  const server = new FakeServer("c1");
  const environment = fakeEnvironment(clock, { socket: server.socket });
  const options = { token: "alice", me: account("alice"), url: "http://test", keep: 0 };
  const client = connect({ ...options, environment, store });
  clients.push(client);
  return { clock, server, environment, client };
}

test("each change of a draft, and its end", async () => {
  const store = new WatchedStore();
  const { client, clock } = start(store);
  await clock.pass(1_000);
  client.setDraft("c1", { text: "h", reply_to: 1 });
  expect(store.drafts()).toEqual(["h"]);
  client.setDraft("c1", { text: "hi", reply_to: 1 });
  expect(store.drafts()).toEqual(["h", "hi"]);
  client.setDraft("c1", undefined);
  expect(store.drafts()).toEqual(["h", "hi", undefined]);
});

test("a message, before its draft goes; a second try; what is thrown away", async () => {
  const store = new WatchedStore();
  const { client, clock, server } = start(store);
  await clock.pass(1_000);
  server.fault = (frame) => (frame.type === "message.send" ? "lose" : undefined);
  client.setDraft("c1", { text: "hi" });
  store.asked.length = 0;
  const key = client.send({ conversation: "c1", text: "hi" });
  client.setDraft("c1", undefined);
  expect(store.asked.map((each) => Object.keys(each))).toEqual([["outbox"], ["drafts"]]);
  expect(store.outbox()).toEqual(["hi"]);
  expect(client.state.outbox.get(key)?.text).toBe("hi");

  server.fault = (frame) =>
    frame.type === "message.send" ? { code: "forbidden", message: "no" } : undefined;
  const other = client.send({ conversation: "c2", text: "refused" });
  await clock.pass(1_000);
  expect(client.state.outbox.get(other)?.status).toBe("failed");
  store.asked.length = 0;
  client.retry(other);
  expect(store.asked[0]?.outbox?.get(other)?.status).toBe("queued");
  await clock.pass(1_000);
  store.asked.length = 0;
  client.discard(other);
  expect([...(store.asked[0]?.outbox ?? [])]).toEqual([[other, undefined]]);
});

test("a write that does not end holds up no other", async () => {
  const store = new WatchedStore();
  const { client, clock, server, environment } = start(store);
  await clock.pass(1_000);
  store.stuck = true;
  server.commit("c1", { type: "message.created", sender: "bob", text: "one" });
  await clock.pass(1_000);
  store.asked.length = 0;
  client.setDraft("c1", { text: "draft" });
  client.send({ conversation: "c1", text: "sent" });
  expect(store.drafts()).toEqual(["draft"]);
  expect(store.outbox()).toEqual(["sent"]);
  server.commit("c1", { type: "message.created", sender: "bob", text: "two" });
  await settle();
  store.asked.length = 0;
  environment.wake("leaving");
  expect(store.asked[0]?.conversations?.get("c1")?.conversation.head).toBe(
    client.state.conversations.get("c1")?.head,
  );
  store.stuck = false;
  clients.length = 0;
});

test("what is written before the store has been read is stored, shown, and stays", async () => {
  const store = new WatchedStore();
  await store.save({ drafts: new Map([["c1", { text: "old", at: 1 }]]) });
  store.asked.length = 0;
  const { client, clock, server } = start(store);
  client.setDraft("c1", { text: "new" });
  client.send({ conversation: "c1", text: "early" });
  expect(store.drafts()).toEqual(["new"]);
  expect(store.outbox()).toEqual(["early"]);
  expect(client.state.outbox.size).toBe(1);
  await clock.pass(1_000);
  expect(client.state.drafts.get("c1")?.text).toBe("new");
  expect(server.texts("c1")).toEqual(["early"]);
  expect((await store.load()).drafts.get("c1")?.text).toBe("new");
});

test("nothing is stored any more after the sign-out", async () => {
  const store = new WatchedStore();
  const { client, clock } = start(store);
  await clock.pass(1_000);
  const done = client.signOut();
  await clock.pass(1_000);
  await done;
  client.setDraft("c1", { text: "left behind" });
  await settle();
  expect((await store.load()).drafts.size).toBe(0);
});

test("IndexedDB: the transaction begins, and is committed, in the turn that asks for it", async () => {
  const store = new IndexedDbStore("at-once", new IDBFactory());
  const { client } = start(store);
  await store.load();
  const transaction = vi.spyOn(IDBDatabase.prototype, "transaction");
  client.setDraft("c1", { text: "half" });
  expect(transaction).toHaveBeenCalledTimes(1);
  expect(transaction.mock.calls[0]?.[1]).toBe("readwrite");
  const begun = transaction.mock.results[0]?.value as IDBTransaction;
  // Committed: nothing more can be asked of it.
  expect(() => begun.objectStore("drafts").put({}, "c2")).toThrow();
  expect((await store.load()).drafts.get("c1")?.text).toBe("half");
});

test("IndexedDB: a database that was closed is opened again", async () => {
  const factory = new IDBFactory();
  const store = new IndexedDbStore("closed", factory);
  const transaction = vi.spyOn(IDBDatabase.prototype, "transaction");
  await store.load();
  const database = transaction.mock.contexts[0] as IDBDatabase;
  database.close();
  database.onclose?.(new Event("close"));
  await store.save({ drafts: new Map([["c1", { text: "again", at: 1 }]]) });
  expect((await store.load()).drafts.get("c1")?.text).toBe("again");
});
