import { expect, test } from "vitest";
import { register } from "../src/account.ts";
import { wants } from "../src/catch-up.ts";
import type { Event, HelloServerFrame } from "../src/generated/protocol.ts";
import type { Input } from "../src/input.ts";
import { reduce } from "../src/reduce/reduce.ts";
import { conversationList, rows, typingIn } from "../src/select.ts";
import { type ConversationState, emptyState, type State } from "../src/state.ts";
import { uuidMaker } from "../src/uuid.ts";
import { account, AT, hello, synced, World } from "./world.ts";

function after(...inputs: Input[]): State {
  return inputs.reduce(reduce, emptyState(account("alice")));
}

const begun = (world: World): Input[] => [
  { kind: "frame", frame: hello() as HelloServerFrame, now: 0 },
  { kind: "reply", type: "sync", fields: {}, ok: synced([world.snapshot("alice")]) },
];

const feedEvent = (seq: number, body: object): Event =>
  ({ conversation: "f1", seq, at: AT, ...body }) as Event;

test("ids sort by the time they were made, also within a millisecond and when the clock goes back", () => {
  let time = 1_000;
  const make = uuidMaker(() => time);
  const ids = Array.from({ length: 10_000 }, (_, i) => {
    if (i === 5_000) time = 500;
    return make();
  });
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});

test("a page that knows of a reaction already is not given it again", () => {
  const world = new World();
  const message = world.append({ type: "message.created", sender: "bob", text: "popular" });
  for (let i = 0; i < 25; i++) {
    const sender = `user${i}`;
    world.append({ type: "reaction.added", sender, message: message.seq, emoji: "👍" });
  }
  const early = begun(world)[1] as Input & { kind: "reply"; type: "sync" };
  early.ok.conversations = [world.snapshot("alice", 20)];
  let state = after(begun(world)[0] as Input, early);
  const page = world.history({ conversation: "c1" });
  const fields = { conversation: "c1" };
  state = reduce(state, { kind: "reply", type: "history.get", fields, ok: page });
  const log = world.piece({ conversation: "c1", after: 20 });
  state = reduce(state, {
    kind: "reply",
    type: "log.get",
    fields: { ...fields, after: 20 },
    ok: log,
  });
  const row = rows(state, "c1").at(-1);
  expect(row?.kind === "message" && row.reactions[0]?.count).toBe(25);
});

test("a gap in the feed is noticed and closed by the log; twice does no harm", () => {
  const world = new World();
  world.append({ type: "message.created", sender: "bob", text: "1" });
  const read = feedEvent(1, {
    type: "read.changed",
    of: "c1",
    read: 2,
    unread: 0,
    mentions: 0,
    head: 2,
  });
  const muted = feedEvent(2, { type: "conversation.muted", of: "c1", until: AT });
  let state = after(...begun(world));
  state = reduce(state, { kind: "frame", frame: { type: "event", n: 1, event: muted }, now: 0 });
  expect(state.feed).toEqual({ id: "f1", upto: 0, known: 2 });
  const ok = { events: [read, muted], head: 2, first: 1 };
  const fields = { conversation: "f1", after: 0 };
  state = reduce(state, { kind: "reply", type: "log.get", fields, ok });
  expect(state.feed).toEqual({ id: "f1", upto: 2, known: 2 });
  expect(state.conversations.get("c1")).toMatchObject({ unread: 0, read: 2, muted_until: AT });
  const again = reduce(state, { kind: "reply", type: "log.get", fields, ok });
  expect(again.conversations).toBe(state.conversations);
});

test("typing ends by a message, by its signal, or by itself after 6 s", () => {
  const world = new World();
  const typing = (user: string, active: boolean): Input => ({
    kind: "frame",
    frame: { type: "signal", signal: { type: "typing", conversation: "c1", user, active } },
    now: 1_000,
  });
  let state = after(
    ...begun(world),
    typing("bob", true),
    typing("carol", true),
    typing("alice", true),
  );
  expect(typingIn(state, "c1")).toEqual(["bob", "carol"]);
  state = reduce(state, typing("carol", false));
  expect(typingIn(state, "c1")).toEqual(["bob"]);
  expect(typingIn(reduce(state, { kind: "tick", now: 6_999 }), "c1")).toEqual(["bob"]);
  expect(typingIn(reduce(state, { kind: "tick", now: 7_000 }), "c1")).toEqual([]);
  const event = world.append({ type: "message.created", sender: "bob", text: "done" });
  state = reduce(state, { kind: "frame", frame: { type: "event", n: 1, event }, now: 0 });
  expect(typingIn(state, "c1")).toEqual([]);
});

test("another user's message with the same client id has a key of its own", () => {
  const world = new World();
  world.append({ type: "message.created", sender: "alice", client_id: "x", text: "mine" });
  world.append({ type: "message.created", sender: "bob", client_id: "x", text: "not mine" });
  const ok = world.history({ conversation: "c1" });
  const page: Input = { kind: "reply", type: "history.get", fields: { conversation: "c1" }, ok };
  expect(rows(after(...begun(world), page), "c1").map((row) => row.key)).toEqual(["#1", "x", "#3"]);
});

test("an error of HTTP carries the problem's code", async () => {
  const problem = {
    type: "about:blank",
    title: "Conflict",
    status: 409,
    detail: "taken",
    code: "conflict",
  };
  const fetch = async () => new Response(JSON.stringify(problem), { status: 409 });
  const refused = register("", { username: "a", password: "b" }, fetch);
  await expect(refused).rejects.toMatchObject({
    code: "conflict",
    message: "taken",
    status: 409,
    retryable: false,
  });
  const proxy = async () =>
    new Response("<html>", { status: 502, headers: { "retry-after": "3" } });
  const failed = register("", { username: "a", password: "b" }, proxy);
  await expect(failed).rejects.toMatchObject({
    code: "unavailable",
    retryable: true,
    retry_after_ms: 3_000,
  });
});

test("nothing of the log is asked for before an invitation to a group is accepted", () => {
  const group: ConversationState = {
    id: "g",
    kind: "group",
    public: false,
    standing: "invited",
    members: 2,
    head: 3,
    known: 9,
    first: 1,
    unread: 0,
    mentions: 0,
    read: 0,
    active_at: AT,
    created_at: AT,
  };
  const state = { ...emptyState(account("alice")), open: new Set(["g"]), needs_sync: false };
  const asked = (standing: "invited" | "member") => {
    const conversations = new Map([["g", { ...group, standing }]]);
    return wants({ ...state, conversations }, true, 30).map(({ type }) => type);
  };
  expect(asked("invited")).toEqual(["conversation.get"]);
  expect(asked("member")).toContain("history.get");
  const conversations = new Map([["g", group]]);
  const fields = { conversation: "g" };
  const reply: Input = { kind: "reply", type: "conversation.leave", fields, ok: {} };
  expect(reduce({ ...state, conversations }, reply).conversations.size, "declined").toBe(0);
});

const failed = (conversation: string, client_id = "x1"): Input => ({
  kind: "queued",
  item: {
    client_id,
    conversation,
    text: "too late",
    created_at: AT,
    status: "failed",
    attempts: 1,
    failure: { code: "denied", message: "", retryable: false },
  },
});

test("a conversation that one was removed from stays listed while a message to it has failed", () => {
  const world = new World();
  const event = world.append({
    type: "member.removed",
    sender: "bob",
    member: "alice",
    members: 2,
  });
  const removed: Input = {
    kind: "frame",
    frame: { type: "event", n: 1, event },
    now: 0,
  };
  const early = begun(world)[1] as Input & { kind: "reply"; type: "sync" };
  early.ok.conversations = [world.snapshot("alice", 1)];
  const listed = (state: State) =>
    conversationList(state).map(({ id, standing }) => [id, standing]);
  let state = after(begun(world)[0] as Input, early, removed);
  expect(listed(state)).toEqual([]);
  state = reduce(state, failed("c1"));
  expect(listed(state)).toEqual([["c1", "left"]]);
  // The list is the same one while nothing of it changes.
  expect(conversationList(reduce(state, failed("c9", "x2")))).toBe(conversationList(state));
  state = reduce(state, { kind: "discarded", client_id: "x1" });
  expect(listed(state)).toEqual([]);
});

test("of a conversation that the server shows no longer, a failed message and its place stay", () => {
  const world = new World();
  world.append({ type: "message.created", sender: "bob", text: "secret" });
  const page: Input = {
    kind: "reply",
    type: "history.get",
    fields: { conversation: "c1" },
    ok: world.history({ conversation: "c1" }),
  };
  let state = after(...begun(world), page, { kind: "opened", conversation: "c1" }, failed("c1"));
  const ok = synced([], { gone: ["c1"] });
  state = reduce(state, { kind: "reply", type: "sync", fields: {}, ok });
  expect(conversationList(state)).toMatchObject([{ id: "c1", standing: "left", title: "Team" }]);
  expect(rows(state, "c1").map((row) => row.kind === "message" && row.text)).toEqual(["too late"]);
  // Nothing of it can be asked for.
  const online: Input = { kind: "connection", connection: { state: "online" } };
  expect(wants(reduce(state, online), true, 5)).toEqual([]);
  expect(
    reduce(after(...begun(world)), { kind: "gone", conversation: "c1" }).conversations.size,
  ).toBe(0);
});
