import { afterEach, expect, test } from "vitest";
import { connect } from "../src/client.ts";
import type { Channel, Environment, Lock } from "../src/environment.ts";
import type { Client } from "../src/index.ts";
import { MemoryStore, rows } from "../src/index.ts";
import { FakeClock, fakeEnvironment } from "./clock.ts";
import { FakeServer } from "./server.ts";
import { account } from "./world.ts";

/** Locks and channels of one browser. */
class FakeBrowser {
  #queue: { begin: () => void; steal: (() => void) | undefined }[] = [];
  #held: { lose: () => void } | undefined;
  readonly #channels = new Set<{ tab: Tab; heard: (message: unknown) => void }>();

  lock(tab: Tab): Lock {
    return (_name, { steal, signal }, held) =>
      new Promise((resolve, reject) => {
        const begin = () => {
          const lose = () => reject(new DOMException("stolen", "AbortError"));
          const mine = { lose };
          this.#held = mine;
          tab.release = () => {
            if (this.#held !== mine) return;
            this.#held = undefined;
            this.#queue.shift()?.begin();
          };
          void held().then(() => {
            tab.release();
            resolve();
          });
        };
        if (steal) {
          this.#held?.lose();
          begin();
        } else if (!this.#held) begin();
        else {
          const waiting = { begin, steal: undefined };
          this.#queue.push(waiting);
          signal?.addEventListener("abort", () => {
            this.#queue = this.#queue.filter((each) => each !== waiting);
            reject(new DOMException("aborted", "AbortError"));
          });
        }
      });
  }

  channel(tab: Tab): NonNullable<Environment["channel"]> {
    return (_name, heard): Channel => {
      const own = { tab, heard };
      this.#channels.add(own);
      return {
        post: (message) => {
          if (tab.asleep) return;
          const copy = structuredClone(message);
          for (const each of this.#channels) {
            if (each !== own && !each.tab.asleep)
              queueMicrotask(() => each.heard(structuredClone(copy)));
          }
        },
        close: () => this.#channels.delete(own),
      };
    };
  }
}

interface Tab {
  client: Client;
  release: () => void;
  /** Frozen by the browser, or gone without a word. */
  asleep: boolean;
}

const tabs: Tab[] = [];
afterEach(async () => {
  for (const tab of tabs.splice(0)) await tab.client.stop();
});

function openTab(
  browser: FakeBrowser,
  server: FakeServer,
  clock: FakeClock,
  store: MemoryStore,
): Tab {
  const tab: Tab = {
    client: undefined as unknown as Client,
    release: () => undefined,
    asleep: false,
  };
  const base = fakeEnvironment(clock);
  const environment: Environment = {
    ...base,
    // A tab that sleeps runs no timers.
    setTimer: (callback, ms) => clock.set(() => tab.asleep || callback(), ms),
    socket: server.socket,
    lock: browser.lock(tab),
    channel: browser.channel(tab),
  };
  tab.client = connect({
    token: "alice",
    me: account("alice"),
    url: "http://test",
    environment,
    store,
    keep: 0,
  });
  tabs.push(tab);
  return tab;
}

const texts = (tab: Tab) =>
  rows(tab.client.state, "c1").flatMap((row) => (row.kind === "message" ? [row.text] : []));

async function twoTabs() {
  const browser = new FakeBrowser();
  const server = new FakeServer("c1");
  const clock = new FakeClock();
  const store = new MemoryStore();
  const first = openTab(browser, server, clock, store);
  await clock.pass(100);
  const second = openTab(browser, server, clock, store);
  await clock.pass(100);
  return { browser, server, clock, store, first, second };
}

test("two tabs share a connection and see the same", async () => {
  const { server, clock, first, second } = await twoTabs();
  expect(server.opened).toEqual(["websocket"]);
  expect(second.client.state.connection).toEqual({ state: "online", rung: "websocket" });
  await second.client.open("c1");
  await first.client.open("c1");
  server.commit("c1", { type: "message.created", sender: "bob", text: "hi" });
  second.client.send({ conversation: "c1", text: "from the second" });
  await clock.pass(100);
  expect(texts(first)).toEqual(["hi", "from the second"]);
  expect(texts(second)).toEqual(["hi", "from the second"]);
  expect(second.client.state.conversations).toEqual(first.client.state.conversations);
  server.commit("c1", { type: "message.created", sender: "bob", text: "unread" });
  await clock.pass(100);
  expect(first.client.state.conversations.get("c1")?.unread).toBe(1);
  second.client.markRead("c1", 4);
  await clock.pass(2_000);
  expect(first.client.state.conversations.get("c1")?.unread).toBe(0);
  expect(server.arrived.filter((each) => each.type === "read.mark")).toHaveLength(1);
});

test("the leading tab closes: the next one goes on, with the outbox", async () => {
  const { server, clock, first, second } = await twoTabs();
  await second.client.open("c1");
  server.fault = (frame) => (frame.type === "message.send" ? "lose" : undefined);
  second.client.send({ conversation: "c1", text: "one" });
  second.client.send({ conversation: "c1", text: "two" });
  await clock.pass(100);
  expect(server.texts("c1")).toEqual([]);
  server.fault = () => undefined;
  tabs.splice(tabs.indexOf(first), 1);
  await first.client.stop();
  server.commit("c1", { type: "message.created", sender: "bob", text: "meanwhile" });
  await clock.pass(1_000);
  expect(server.texts("c1")).toEqual(["meanwhile", "one", "two"]);
  expect(texts(second)).toEqual(["meanwhile", "one", "two"]);
  expect(second.client.state.outbox.size).toBe(0);
  expect(second.client.state.connection.state).toBe("online");
});

test("the leading tab dies between storing and telling: a new tab finds the message", async () => {
  const { browser, server, clock, store, first, second } = await twoTabs();
  second.asleep = true;
  first.asleep = true;
  second.client.send({ conversation: "c1", text: "stored" });
  await clock.pass(100);
  expect((await store.load()).outbox.size).toBe(1);
  tabs.length = 0;
  const third = openTab(browser, server, clock, store);
  await clock.pass(5_000);
  expect(third.client.state.connection.state).toBe("online");
  expect(server.texts("c1")).toEqual(["stored"]);
});

test("a leading tab that sleeps is replaced, and follows when it wakes", async () => {
  const { server, clock, first, second } = await twoTabs();
  first.asleep = true;
  const page = second.client.command("history.get", { conversation: "c1" });
  await clock.pass(5_000);
  expect((await page).items).toHaveLength(1);
  expect(server.opened).toHaveLength(2);
  first.asleep = false;
  await clock.pass(1_000);
  server.commit("c1", { type: "message.created", sender: "bob", text: "after" });
  await clock.pass(1_000);
  expect(second.client.state.conversations.get("c1")?.head).toBe(2);
});

test("signing out in one tab signs out all", async () => {
  const { clock, store, first, second } = await twoTabs();
  await clock.pass(1_000);
  const done = second.client.signOut();
  await clock.pass(1_000);
  await done;
  expect(first.client.state.connection).toMatchObject({ state: "denied", reason: "signed_out" });
  expect((await store.load()).head.size).toBe(0);
});

test("a tab that does not lead stores a draft itself, whether or not the leading tab hears it", async () => {
  const { store, clock, first, second } = await twoTabs();
  first.asleep = true;
  second.client.setDraft("c1", { text: "half" });
  const key = second.client.send({ conversation: "c1", text: "sent" });
  // The memory store writes at once: no turn may lie between.
  const saved = await store.load();
  expect(saved.drafts.get("c1")?.text).toBe("half");
  expect(saved.outbox.get(key)?.text).toBe("sent");
  first.asleep = false;
  await clock.pass(1_000);
  expect((await store.load()).drafts.get("c1")?.text).toBe("half");
});

test("what is written while a tab waits for the leading tab's state is not undone by it", async () => {
  const { browser, server, clock, store, first } = await twoTabs();
  server.fault = (frame) => (frame.type === "message.send" ? "lose" : undefined);
  await clock.pass(1_000);
  const third = openTab(browser, server, clock, store);
  const written: string[] = [];
  third.client.subscribe((state) => {
    // The first time is what was stored; the leading tab's answer is on its way.
    if (written.length > 0 || !state.ready) return;
    written.push("begun");
    queueMicrotask(() => {
      third.client.setDraft("c1", { text: "begun" });
      third.client.send({ conversation: "c1", text: "sent" });
    });
  });
  await clock.pass(1_000);
  expect(written).toEqual(["begun"]);
  for (const tab of [third, first]) {
    expect(tab.client.state.drafts.get("c1")?.text).toBe("begun");
    expect([...tab.client.state.outbox.values()].map((item) => item.text)).toEqual(["sent"]);
  }
});
