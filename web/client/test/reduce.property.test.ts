import fc from "fast-check";
import { expect, test } from "vitest";
import { wants } from "../src/catch-up.ts";
import type { Input, ReplyInput } from "../src/input.ts";
import { reduce } from "../src/reduce/reduce.ts";
import { emptyState, type State } from "../src/state.ts";
import { account, type Draft, hello, synced, World } from "./world.ts";

const USERS = ["alice", "bob", "carol"];

/** A step of the log: a message, or something about an earlier one. */
const step = fc.record({
  kind: fc.constantFrom(
    "message",
    "message",
    "message",
    "edit",
    "retract",
    "react",
    "unreact",
    "join",
  ),
  sender: fc.constantFrom(...USERS),
  target: fc.nat(30),
  text: fc.string({ maxLength: 5 }),
  emoji: fc.constantFrom("👍", "🎉"),
  named: fc.boolean(),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What may happen on the way: deliveries lost, repeated, pages read early or late. */
const way = fc.record({
  lose: fc.boolean(),
  repeat: fc.boolean(),
  page: fc.option(
    fc.record({
      mode: fc.constantFrom("before", "after", "around", "newest"),
      place: fc.nat(40),
      limit: fc.integer({ min: 1, max: 8 }),
      lateBy: fc.nat(6),
    }),
  ),
  resync: fc.boolean(),
});

type Way = typeof way extends fc.Arbitrary<infer T> ? T : never;

test("however a log arrives, the state ends as if it had been followed in order", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(step, way), { minLength: 1, maxLength: 60 }),
      fc.boolean(),
      (steps, openLate) => {
        const bumpy = new Run();
        const smooth = new Run();
        smooth.open();
        if (!openLate) bumpy.open();
        for (const [what, how] of steps) {
          const draft = drafted(bumpy.world, what);
          bumpy.take(draft, how);
          smooth.take(draft, undefined);
        }
        bumpy.open();
        bumpy.heal();
        smooth.heal();
        bumpy.loadAll();
        smooth.loadAll();
        expect(bumpy.shown()).toEqual(smooth.shown());
        expect(smooth.shown().rows).toEqual(smooth.truth());
      },
    ),
    { numRuns: 500 },
  );
});

test("a record that is followed live is what a snapshot would be", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const run = new Run();
      for (const what of steps) {
        if (what.kind !== "join") run.take(drafted(run.world, what), undefined);
      }
      const { record } = run.shown();
      expect(record).toEqual({ ...run.world.snapshot("alice"), markers: undefined });
    }),
  );
});

test("an input that repeats changes nothing", () => {
  const run = new Run();
  run.open();
  const event = run.world.append({ type: "message.created", sender: "bob", text: "hi" });
  const input: Input = { kind: "frame", frame: { type: "event", n: 1, event }, now: 0 };
  run.dispatch(input);
  const once = run.state;
  run.dispatch(input);
  expect(run.state).toBe(once);
});

/** A client's state before a server that may withhold. */
class Run {
  readonly world = new World();
  state: State = emptyState(account("alice"));
  #n = 0;
  /** Pages that were read and have not arrived yet. */
  #late: { due: number; input: ReplyInput }[] = [];

  constructor() {
    this.dispatch({ kind: "frame", frame: hello(), now: 0 });
    this.dispatch({ kind: "connection", connection: { state: "online" } });
    this.#answer({ type: "sync", fields: {} });
  }

  dispatch(input: Input): void {
    this.state = reduce(this.state, input);
  }

  open(): void {
    this.dispatch({ kind: "opened", conversation: this.world.id });
    if (!this.state.timelines.has(this.world.id)) this.#page({ limit: 5 }, 0);
  }

  take(draft: Draft, how: Partial<Way> | undefined): void {
    const event = this.world.append(draft);
    const frame = { type: "event", n: ++this.#n, event } as const;
    if (!how?.lose) this.dispatch({ kind: "frame", frame, now: 0 });
    if (how?.repeat) {
      const again = { ...frame, n: ++this.#n };
      this.dispatch({ kind: "frame", frame: again, now: 0 });
    }
    this.#late = this.#late.filter(({ due, input }) => {
      if (due <= this.world.head) this.dispatch(input);
      return due > this.world.head;
    });
    if (how?.page) {
      const { mode, place, limit, lateBy } = how.page;
      const window = this.state.timelines.get(this.world.id);
      if (mode === "before") this.#page({ before: window?.from, limit }, lateBy);
      else if (mode === "after") this.#page({ after: window?.to, limit }, lateBy);
      else if (mode === "around")
        this.#page({ around: Math.min(place, this.world.head), limit }, lateBy);
      else this.#page({ limit }, lateBy);
    }
    if (how?.resync) {
      this.dispatch({ kind: "frame", frame: { type: "reset", n: this.#n }, now: 0 });
      this.#answer({ type: "sync", fields: {} });
    }
  }

  /** Answers what the state lacks until it lacks nothing. */
  heal(): void {
    for (const { input } of this.#late) this.dispatch(input);
    this.#late = [];
    // The last delivery may have been lost; a comparison of heads tells.
    this.dispatch({ kind: "frame", frame: { type: "reset", n: this.#n }, now: 0 });
    for (let i = 0; ; i++) {
      const want = wants(this.state, true, 30)[0];
      if (!want) return;
      if (i > 100) throw new Error(`never satisfied: ${JSON.stringify(want)}`);
      this.#answer(want);
    }
  }

  loadAll(): void {
    const id = this.world.id;
    this.#page({ limit: 200 }, 0);
    for (;;) {
      const window = this.state.timelines.get(id);
      if (!window) throw new Error("nothing loaded");
      if (window.at_start && window.to >= window.upto) return;
      if (!window.at_start) this.#page({ before: window.from, limit: 3 }, 0);
      else this.#page({ after: window.to, limit: 3 }, 0);
    }
  }

  /** What a user sees, without how it came. */
  shown() {
    const { known: _, ...record } = this.state.conversations.get(this.world.id) ?? { known: 0 };
    const window = this.state.timelines.get(this.world.id);
    const rows = window?.rows.map((row) => plain(row));
    return { record, rows, from: window?.from, to: window?.to, upto: window?.upto };
  }

  truth() {
    const run = new Run();
    run.world.log.length = 0;
    run.world.log.push(...this.world.log);
    run.dispatch({ kind: "opened", conversation: run.world.id });
    run.#page({ limit: 200 }, 0);
    return run.shown().rows;
  }

  #page(asked: object, lateBy: number): void {
    const fields = { conversation: this.world.id, ...asked };
    const ok = this.world.history(fields);
    const input: ReplyInput = { kind: "reply", type: "history.get", fields, ok };
    if (lateBy === 0) this.dispatch(input);
    else this.#late.push({ due: this.world.head + lateBy, input });
  }

  #answer(want: { type: string; fields: object }): void {
    const { world } = this;
    const replies: Record<string, () => object> = {
      sync: () => synced([world.snapshot("alice")]),
      "log.get": () =>
        world.piece({ ...(want.fields as { conversation: string; after: number }), limit: 7 }),
      "history.get": () => world.history(want.fields as { conversation: string }),
      "conversation.get": () => ({ conversation: world.snapshot("alice"), users: [] }),
    };
    const ok = replies[want.type]?.();
    this.dispatch({ kind: "reply", type: want.type, fields: want.fields, ok } as ReplyInput);
  }
}

function plain(row: object): object {
  const { as_of: _, ...rest } = row as { as_of?: number };
  return rest;
}

function drafted(world: World, what: Step): Draft {
  const messages = world.log.filter((event) => event.type === "message.created");
  const target = messages[what.target % Math.max(1, messages.length)];
  const { sender, text, emoji, named } = what;
  if (what.kind === "join")
    return { type: "member.joined", sender, member: "bob", role: "member", members: 3 };
  if (!target || what.kind === "message") {
    return {
      type: "message.created",
      sender,
      text,
      client_id: `${world.head}`,
      mentions: named ? ["alice"] : [],
    };
  }
  const message = target.seq;
  if (what.kind === "edit") return { type: "message.edited", sender, message, text };
  if (what.kind === "retract") return { type: "message.retracted", sender, message };
  if (what.kind === "react") return { type: "reaction.added", sender, message, emoji };
  return { type: "reaction.removed", sender, message, emoji };
}
