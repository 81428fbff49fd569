import fc from "fast-check";
import { expect, test } from "vitest";
import { connect } from "../src/client.ts";
import { type Client, MemoryStore, type Rung, rows } from "../src/index.ts";
import { FakeClock, fakeEnvironment } from "./clock.ts";
import { FakeServer } from "./server.ts";
import { account } from "./world.ts";

const IDS = ["c1", "c2"];

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("commit"), id: fc.constantFrom(...IDS) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("react"), id: fc.constantFrom(...IDS) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("send"), id: fc.constantFrom(...IDS) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("older"), id: fc.constantFrom(...IDS) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("around"), id: fc.constantFrom(...IDS) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom("cut", "forget", "reload", "pass"),
      id: fc.constant(""),
    }),
  },
);

test("cuts, lost mailboxes, reloads and lost commands: in the end all is there, once, in order", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom<Rung>("websocket", "sse", "poll"),
      fc.array(step, { minLength: 5, maxLength: 40 }),
      fc.infiniteStream(fc.nat(9)),
      async (rung, steps, chances) => {
        const run = new Run(rung, () => chances.next().value ?? 9);
        await run.start();
        for (const each of steps) await run.take(each.do, each.id);
        await run.settle();
        for (const id of IDS) {
          const record = run.client.state.conversations.get(id);
          expect(record?.head).toBe(run.server.world(id).head);
          expect(record?.unread).toBe(run.server.world(id).snapshot("alice").unread);
          expect(run.shown(id)).toEqual(run.truth(id));
          const own = run.server.texts(id).filter((text) => text.startsWith("own"));
          expect(own).toEqual(run.written.get(id) ?? []);
        }
        expect(run.client.state.outbox.size).toBe(0);
        await run.client.stop();
      },
    ),
    { numRuns: 100 },
  );
}, 120_000);

class Run {
  readonly server = new FakeServer(...IDS);
  readonly clock = new FakeClock();
  readonly written = new Map<string, string[]>();
  readonly #store = new MemoryStore();
  readonly #rung: Rung;
  client!: Client;
  #count = 0;

  constructor(rung: Rung, chance: () => number) {
    this.#rung = rung;
    this.server.fault = () => {
      const fault = chance();
      return fault === 0 ? "lose" : fault === 1 ? "lose_reply" : fault === 2 ? "close" : undefined;
    };
  }

  async start(): Promise<void> {
    const { server, clock } = this;
    const environment = fakeEnvironment(clock, { fetch: server.fetch, socket: server.socket });
    this.client = connect({
      token: "alice",
      me: account("alice"),
      url: "http://test",
      environment,
      store: this.#store,
      rungs: [this.#rung],
      keep: 1,
    });
    await clock.pass(100);
    for (const id of IDS) this.client.open(id).catch(() => undefined);
    await clock.pass(100);
  }

  async take(what: string, id: string): Promise<void> {
    const { server, client } = this;
    const text = `${++this.#count}`;
    if (what === "commit") server.commit(id, { type: "message.created", sender: "bob", text });
    if (what === "react") {
      const messages = server.world(id).log.filter((event) => event.type === "message.created");
      const message = messages[this.#count % Math.max(1, messages.length)]?.seq;
      const sender = `user${this.#count}`;
      if (message) server.commit(id, { type: "reaction.added", sender, message, emoji: "👍" });
    }
    if (what === "send") {
      this.written.set(id, [...(this.written.get(id) ?? []), `own ${text}`]);
      client.send({ conversation: id, text: `own ${text}` });
    }
    if (what === "older") client.loadBefore(id, { limit: 2 }).catch(() => undefined);
    if (what === "around") {
      client
        .loadAround(id, 1 + (this.#count % server.world(id).head), { limit: 3 })
        .catch(() => undefined);
    }
    if (what === "cut") server.cut();
    if (what === "forget") {
      server.forget();
      server.cut();
    }
    if (what === "pass") await this.clock.pass(3_000);
    if (what === "reload") {
      await client.stop();
      await this.start();
    }
    await this.clock.pass(this.#count % 3 ? 5 : 700);
  }

  /** No more faults, and time for everything that is tried again. */
  async settle(): Promise<void> {
    this.server.fault = () => undefined;
    await this.clock.pass(180_000);
    for (const id of IDS) {
      await this.drive(this.client.open(id));
      await this.drive(this.client.loadNewest(id));
      for (let more = true; more; ) more = await this.drive(this.client.loadBefore(id));
      for (let more = true; more; ) more = await this.drive(this.client.loadAfter(id));
    }
  }

  async drive<T>(promise: Promise<T>): Promise<T> {
    let done = false;
    promise
      .finally(() => {
        done = true;
      })
      .catch(() => undefined);
    while (!done) await this.clock.pass(100);
    return promise;
  }

  shown(id: string) {
    return rows(this.client.state, id).flatMap((row) =>
      row.kind === "message" ? [{ seq: row.seq, text: row.text, reactions: row.reactions }] : [],
    );
  }

  truth(id: string) {
    const { items } = this.server.world(id).history({ conversation: id, limit: 200 });
    return items.flatMap((event) =>
      event.type === "message.created"
        ? [{ seq: event.seq, text: event.text, reactions: event.reactions ?? [] }]
        : [],
    );
  }
}
