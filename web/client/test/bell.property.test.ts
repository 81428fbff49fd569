// The bell: what was read here, or seen anywhere, is not shown as new, whatever comes when.

import fc from "fast-check";
import { expect, test } from "vitest";
import { threadsReadHere } from "../src/lead/marked.ts";
import type { Event, HelloServerFrame, NotificationThread } from "../src/generated/protocol.ts";
import type { Input } from "../src/input.ts";
import { reduce } from "../src/reduce/reduce.ts";
import { emptyState, type State } from "../src/state.ts";
import { account, AT, hello, synced, World } from "./world.ts";

const FEED = "f1";

function begun(world: World): State {
  const inputs: Input[] = [
    { kind: "frame", frame: hello() as HelloServerFrame, now: 0 },
    { kind: "reply", type: "sync", fields: {}, ok: synced([world.snapshot("alice")]) },
  ];
  return inputs.reduce(reduce, emptyState(account("alice")));
}

/** One thread of mentions, and the feed that tells of it. */
class Feed {
  readonly log: Event[] = [];
  #count = 0;
  #unseen = 0;
  #message = 0;

  thread(): NotificationThread {
    const kind = "mention" as const;
    const thread = { id: "t1", kind, conversation: "c1", message: this.#message, actors: ["bob"] };
    return { ...thread, count: this.#count, unseen: this.#unseen, at: AT };
  }

  mention(message: number): void {
    this.#count++;
    this.#unseen++;
    this.#message = message;
    this.#put({ type: "notification.changed", thread: this.thread(), unseen: this.#unseen });
  }

  see(): void {
    this.#unseen = 0;
    this.#put({ type: "notification.seen", threads: ["t1"], unseen: 0 });
  }

  /** What `notification.list` answers now. */
  page(): Input & { kind: "reply" } {
    const ok = { threads: this.#count > 0 ? [this.thread()] : [], unseen: this.#unseen, users: [] };
    return { kind: "reply", type: "notification.list", fields: {}, ok };
  }

  /** What `sync` answers now. */
  sync(world: World): Input {
    const parts = { feed: FEED, feed_head: this.log.length, unseen: this.#unseen };
    const ok = synced([world.snapshot("alice")], parts);
    return { kind: "reply", type: "sync", fields: {}, ok };
  }

  #put(body: object): void {
    const seq = this.log.length + 1;
    this.log.push({ conversation: FEED, seq, at: AT, ...body } as Event);
  }
}

const live = (event: Event, n: number): Input => ({
  kind: "frame",
  frame: { type: "event", n, event },
  now: 0,
});

/** Closes the gap of the feed, as the client does when it sees one. */
function caughtUp(state: State, feed: Feed): State {
  const { upto, known } = state.feed ?? { upto: 0, known: 0 };
  if (upto >= known) return state;
  const ok = { events: feed.log.slice(upto), head: feed.log.length, first: 1 };
  const fields = { conversation: FEED, after: upto };
  return reduce(state, { kind: "reply", type: "log.get", fields, ok });
}

test("answers that are older than what came before them change nothing in the end", () => {
  const steps = fc.array(fc.constantFrom("mention", "see", "ask", "answer", "sync", "deliver"), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(steps, (all) => {
      const world = new World();
      const feed = new Feed();
      let state = begun(world);
      let told = 0;
      const answers: Input[] = [];
      const deliver = (): void => {
        const event = feed.log[told];
        if (event) state = reduce(state, live(event, ++told));
      };
      for (const step of all) {
        if (step === "mention") feed.mention(1_000 + feed.log.length);
        else if (step === "see") feed.see();
        else if (step === "ask") answers.push({ ...feed.page(), feed_upto: state.feed?.upto });
        else if (step === "sync") answers.push(feed.sync(world));
        else if (step === "deliver") deliver();
        else {
          const answer = answers.shift();
          if (answer) state = caughtUp(reduce(state, answer), feed);
        }
      }
      for (const answer of answers) state = caughtUp(reduce(state, answer), feed);
      while (told < feed.log.length) deliver();
      state = caughtUp(state, feed);
      const { unseen } = feed.thread();
      expect(state.notifications.unseen).toBe(unseen);
      if (!state.notifications.loaded) return;
      expect(state.notifications.threads.map((each) => each.unseen)).toEqual(
        state.notifications.threads.map(() => unseen),
      );
    }),
    { numRuns: 500 },
  );
});

const ORDERS = [
  ["message", "thread", "read"],
  ["message", "read", "thread"],
  ["message", "thread", "answer"],
  ["message", "answer", "thread"],
] as const;

test.each([true, false])("what is read here is not new at the bell (loaded: %s)", (loaded) => {
  for (const order of ORDERS) {
    const world = new World();
    const feed = new Feed();
    let state = begun(world);
    let n = 0;
    if (loaded) state = reduce(state, feed.page());
    const told: string[] = [];
    const take = (input: Input): void => {
      state = reduce(state, input);
      told.push(...threadsReadHere(state, input));
    };
    const text = "@alice";
    const steps = {
      message: () =>
        take(live(world.append({ type: "message.created", sender: "bob", text }), ++n)),
      thread: () => {
        feed.mention(2);
        take(live(feed.log.at(-1) as Event, ++n));
      },
      read: () => take({ kind: "read", conversation: "c1", seq: 2 }),
      answer: () =>
        take(live(world.append({ type: "message.created", sender: "alice", text: "yes" }), ++n)),
    };
    for (const step of order) steps[step]();
    expect(state.notifications.unseen, order.join(", ")).toBe(0);
    expect(state.notifications.threads.map((each) => each.unseen)).toEqual([0]);
    // The server, which thinks otherwise, is told.
    if (order.at(-1) === "thread") expect(told).toEqual(["t1"]);
  }
});

test("what is read only in part stays at the bell", () => {
  const world = new World();
  const feed = new Feed();
  let state = begun(world);
  for (const seq of [2, 3]) {
    const event = world.append({ type: "message.created", sender: "bob", text: "@alice" });
    state = reduce(state, live(event, seq));
    feed.mention(event.seq);
  }
  state = reduce(state, { kind: "read", conversation: "c1", seq: 2 });
  for (const [index, event] of feed.log.entries()) state = reduce(state, live(event, 10 + index));
  expect(state.notifications.unseen).toBe(2);
});
