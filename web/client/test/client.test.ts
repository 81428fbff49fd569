import { afterEach, expect, test, vi } from "vitest";
import { connect } from "../src/client.ts";
import type { Client, ClientOptions } from "../src/index.ts";
import { MemoryStore, receipt, rows } from "../src/index.ts";
import { FakeClock, fakeEnvironment } from "./clock.ts";
import { FakeServer } from "./server.ts";
import { account } from "./world.ts";

const clients: Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.stop();
});

function start(server: FakeServer, clock: FakeClock, options: Partial<ClientOptions> = {}) {
  const environment = fakeEnvironment(clock, { fetch: server.fetch, socket: server.socket });
  const store = options.store ?? new MemoryStore();
  const client = connect({
    token: "alice",
    me: account("alice"),
    environment,
    keep: 0,
    url: "http://test",
    ...options,
    store,
  });
  clients.push(client);
  return { client, environment, store };
}

const texts = (client: Client, id: string) =>
  rows(client.state, id).flatMap((row) => (row.kind === "message" ? [row.text] : []));

for (const rung of ["websocket", "sse", "poll"] as const) {
  test(`over ${rung}: live, sending, and resuming without loss`, async () => {
    const server = new FakeServer("c1");
    const clock = new FakeClock();
    const { client } = start(server, clock, { rungs: [rung] });
    await clock.pass(100);
    expect(client.state.connection).toEqual({ state: "online", rung });
    await client.open("c1");
    server.commit("c1", { type: "message.created", sender: "bob", text: "one" });
    await clock.pass(50);
    expect(texts(client, "c1")).toEqual(["one"]);
    expect(client.state.conversations.get("c1")?.unread).toBe(1);

    const key = client.send({ conversation: "c1", text: "two" });
    await clock.pass(50);
    expect(rows(client.state, "c1").at(-1)).toMatchObject({ key, seq: 3, text: "two" });
    expect(client.state.outbox.size).toBe(0);

    server.cut();
    server.commit("c1", { type: "message.created", sender: "bob", text: "three" });
    await clock.pass(20_000);
    expect(client.state.connection.state).toBe("online");
    expect(texts(client, "c1")).toEqual(["one", "two", "three"]);
    const syncs = server.arrived.filter((frame) => frame.type === "sync");
    expect(syncs).toHaveLength(1);
  });
}

test("a mailbox that is gone: heads are compared and the gap is read", async () => {
  const server = new FakeServer("c1", "c2");
  const clock = new FakeClock();
  const { client } = start(server, clock);
  await clock.pass(100);
  await client.open("c1");
  server.forget();
  server.cut();
  const first = server.commit("c1", { type: "message.created", sender: "bob", text: "missed" });
  server.commit("c1", { type: "reaction.added", sender: "carol", message: first.seq, emoji: "👍" });
  server.commit("c2", { type: "message.created", sender: "bob", text: "elsewhere" });
  await clock.pass(5_000);
  expect(texts(client, "c1")).toEqual(["missed"]);
  expect(rows(client.state, "c1").at(-1)).toMatchObject({
    reactions: [{ emoji: "👍", count: 1, users: ["carol"] }],
  });
  expect(client.state.conversations.get("c2")).toMatchObject({ unread: 1, head: 2 });
});

test("another epoch: everything is forgotten but what the user wrote", async () => {
  const server = new FakeServer("c1");
  const clock = new FakeClock();
  const { client } = start(server, clock);
  await clock.pass(100);
  await client.open("c1");
  client.setDraft("c1", { text: "half a" });
  server.epoch = "e2";
  server.worlds.clear();
  server.worlds.set("c9", server.worlds.get("c9") ?? new (await import("./world.ts")).World("c9"));
  server.forget();
  server.cut();
  await clock.pass(5_000);
  expect([...client.state.conversations.keys()]).toEqual(["c9"]);
  expect(client.state.timelines.size).toBe(0);
  expect(client.state.drafts.get("c1")?.text).toBe("half a");
});

test("what is on its way survives losses, repeats and a reload: in order, exactly once", async () => {
  const server = new FakeServer("c1", "c2");
  const clock = new FakeClock();
  const store = new MemoryStore();
  let chance = 1;
  server.fault = (frame) => {
    chance = (chance * 16807) % 2147483647;
    if (frame.type !== "message.send") return undefined;
    const faults = ["lose", "lose_reply", "close", undefined] as const;
    const busy = { code: "unavailable", message: "busy" };
    return chance % 5 === 4 ? busy : faults[chance % 5];
  };
  let { client } = start(server, clock, { store });
  await clock.pass(100);
  for (let i = 0; i < 10; i++) {
    client.send({ conversation: i % 2 ? "c1" : "c2", text: `${i}` });
    await clock.pass(300);
    if (i === 5) {
      await client.stop();
      ({ client } = start(server, clock, { store }));
    }
  }
  await clock.pass(30 * 60_000);
  expect(server.texts("c1")).toEqual(["1", "3", "5", "7", "9"]);
  expect(server.texts("c2")).toEqual(["0", "2", "4", "6", "8"]);
  expect(client.state.outbox.size).toBe(0);
  expect((await store.load()).outbox.size).toBe(0);
});

test("a message that the server refuses fails with its reason, and can be tried again", async () => {
  const server = new FakeServer("c1");
  const clock = new FakeClock();
  server.fault = (frame) =>
    frame.text === "bad" ? { code: "denied", message: "not here" } : undefined;
  const { client } = start(server, clock);
  await clock.pass(100);
  await client.open("c1");
  const key = client.send({ conversation: "c1", text: "bad" });
  client.send({ conversation: "c1", text: "good" });
  await clock.pass(100);
  expect(texts(client, "c1")).toEqual(["good", "bad"]);
  const row = rows(client.state, "c1").at(-1);
  expect(row?.kind === "message" && receipt(client.state, "c1", row).status).toBe("failed");
  expect(client.state.outbox.get(key)?.failure).toEqual({
    code: "denied",
    message: "not here",
    retryable: false,
  });
  server.fault = () => undefined;
  client.retry(key);
  await clock.pass(100);
  expect(server.texts("c1")).toEqual(["good", "bad"]);
  expect(client.state.outbox.size).toBe(0);
});

test("`limited` is waited for as long as the server says", async () => {
  const server = new FakeServer("c1");
  const clock = new FakeClock();
  let refused = false;
  server.fault = (frame) => {
    if (frame.type !== "message.send" || refused) return undefined;
    refused = true;
    return { code: "limited", message: "slowly", retry_after_ms: 7_000 };
  };
  const { client } = start(server, clock);
  await clock.pass(100);
  client.send({ conversation: "c1", text: "x" });
  await clock.pass(6_500);
  expect(server.texts("c1")).toEqual([]);
  await clock.pass(1_000);
  expect(server.texts("c1")).toEqual(["x"]);
});

test("writing to someone new opens the conversation, later messages follow in order", async () => {
  const server = new FakeServer();
  const clock = new FakeClock();
  const { client } = start(server, clock);
  await clock.pass(100);
  client.send({ to: "bob", text: "hi" });
  client.send({ to: "bob", text: "there" });
  await clock.pass(5_000);
  expect(server.texts("with-bob")).toEqual(["hi", "there"]);
  expect(client.state.outbox.size).toBe(0);
  expect(client.state.conversations.get("with-bob")?.peer).toBe("bob");
});

test("what was there is readable before the connection is, and drafts with it", async () => {
  const server = new FakeServer("c1");
  const clock = new FakeClock();
  const store = new MemoryStore();
  server.commit("c1", { type: "message.created", sender: "bob", text: "kept" });
  const { client } = start(server, clock, { store, keep: 30 });
  await clock.pass(1_000);
  client.setDraft("c1", { text: "half" });
  await client.stop();
  server.down = new Set(["websocket", "sse", "poll"]);
  const offline = start(server, clock, { store }).client;
  await clock.pass(2_000);
  expect(offline.state.connection.state).toBe("offline");
  expect(offline.state.ready).toBe(true);
  await offline.open("c1");
  expect(texts(offline, "c1")).toEqual(["kept"]);
  expect(offline.state.drafts.get("c1")?.text).toBe("half");
});

test("signing out clears the store", async () => {
  const server = new FakeServer("c1");
  const clock = new FakeClock();
  const { client, store } = start(server, clock);
  await clock.pass(1_000);
  expect((await store.load()).conversations.size).toBe(1);
  const done = client.signOut();
  await clock.pass(100);
  await done;
  const saved = await store.load();
  expect([saved.head.size, saved.conversations.size, saved.users.size]).toEqual([0, 0, 0]);
  expect(client.state.connection).toMatchObject({ state: "denied", reason: "signed_out" });
  await expect(client.command("me.get", {})).rejects.toMatchObject({ code: "closed" });
});

test("reading is told once a second, receiving by itself", async () => {
  const server = new FakeServer("c1");
  const clock = new FakeClock();
  const { client } = start(server, clock);
  await clock.pass(100);
  for (let i = 0; i < 5; i++) {
    const event = server.commit("c1", { type: "message.created", sender: "bob", text: `${i}` });
    await clock.pass(10);
    client.markRead("c1", event.seq);
  }
  expect(client.state.conversations.get("c1")).toMatchObject({ unread: 0, read: 6 });
  await clock.pass(3_000);
  const marks = server.arrived.filter((each) => each.type.endsWith(".mark"));
  expect(marks.filter((each) => each.type === "read.mark").map((each) => each.seq)).toEqual([6]);
  expect(marks.filter((each) => each.type === "delivered.mark").length).toBeLessThanOrEqual(1);
});

test("what was handled is acknowledged every 64 events or after 10 s", async () => {
  const server = new FakeServer("c1");
  const clock = new FakeClock();
  start(server, clock);
  await clock.pass(100);
  for (let i = 0; i < 70; i++) {
    server.commit("c1", { type: "message.created", sender: "bob", text: `${i}` });
  }
  await clock.pass(1_000);
  const acks = () => server.arrived.filter((each) => each.type === "ack").map((each) => each.n);
  expect(acks()).toEqual([70]);
  server.commit("c1", { type: "message.created", sender: "bob", text: "last" });
  await clock.pass(9_000);
  expect(acks()).toEqual([70]);
  await clock.pass(2_000);
  expect(acks()).toEqual([70, 71]);
});

test("over HTTP, ack and presence name the mailbox that is live", async () => {
  const server = new FakeServer("c1");
  const clock = new FakeClock();
  const { client } = start(server, clock, { rungs: ["sse"] });
  await clock.pass(100);
  await client.command("presence.set", { state: "away" });
  const posted = server.posted.find((each) => each.frame.type === "presence.set");
  expect(posted?.mailbox).toBe(client.state.cursor?.mailbox);
});

test("typing is told at most every 3 s, and its end", async () => {
  const server = new FakeServer("c1");
  const clock = new FakeClock();
  const { client } = start(server, clock);
  await clock.pass(100);
  for (let i = 0; i < 40; i++) {
    client.typing("c1");
    await clock.pass(100);
  }
  await clock.pass(6_000);
  const told = server.arrived.filter((each) => each.type === "typing.set");
  expect(told.map((each) => each.active)).toEqual([true, true, false]);
});

test("facts are told once each, after the state has them", async () => {
  const server = new FakeServer("c1");
  const clock = new FakeClock();
  const { client } = start(server, clock);
  await clock.pass(100);
  const heard = vi.fn((event: { seq: number }) => {
    expect(client.state.conversations.get("c1")?.head).toBe(event.seq);
  });
  const stop = client.on("message.created", heard);
  server.commit("c1", { type: "message.created", sender: "bob", text: "1" });
  await clock.pass(10);
  server.cut();
  await clock.pass(5_000);
  stop();
  server.commit("c1", { type: "message.created", sender: "bob", text: "2" });
  await clock.pass(10);
  expect(heard).toHaveBeenCalledTimes(1);
});
