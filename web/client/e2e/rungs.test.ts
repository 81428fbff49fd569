import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type Client,
  connect,
  MemoryStore,
  register,
  type Rung,
  rows,
  type State,
} from "../src/index.ts";
import { openWire, type RunningServer, startServer } from "./server.ts";

let server: RunningServer;
const clients: Client[] = [];

beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.stop()));
  await server?.stop();
});

async function arrive(username: string, rung: Rung, url = server.url): Promise<Client> {
  const signedIn = await register(server.url, { username, password: "correct horse battery" });
  const { token, user: me } = signedIn;
  const client = connect({ url, token, me, rungs: [rung], store: new MemoryStore() });
  clients.push(client);
  await until(client, (state) => state.ready && state.connection.state === "online");
  return client;
}

function until(client: Client, holds: (state: State) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      stop();
      reject(new Error(`never so: ${holds.toString()} in ${JSON.stringify(client.state)}`));
    }, 20_000);
    const check = (state: State) => {
      if (!holds(state)) return;
      clearTimeout(late);
      stop();
      resolve();
    };
    const stop = client.subscribe(check);
    check(client.state);
  });
}

const texts = (state: State, id: string) =>
  rows(state, id).flatMap((row) => (row.kind === "message" ? [row.text] : []));

const last = (state: State, id: string) => {
  const row = rows(state, id).at(-1);
  return row?.kind === "message" ? row : undefined;
};

test.each(["websocket", "sse", "poll"] as const)("two users over %s", async (rung) => {
  const alice = await arrive(`alice-${rung}`, rung);
  const bob = await arrive(`bob-${rung}`, rung);
  alice.send({ to: `bob-${rung}`, text: "hello" });
  await until(alice, (state) => state.outbox.size === 0 && state.conversations.size === 1);
  const id = [...alice.state.conversations.keys()][0] ?? "";
  await until(bob, (state) => state.conversations.get(id)?.unread === 1);

  await Promise.all([alice.open(id), bob.open(id)]);
  expect(texts(bob.state, id)).toEqual(["hello"]);
  if (bob.state.conversations.get(id)?.standing === "invited") {
    await bob.command("conversation.join", { conversation: id });
  }
  bob.send({ conversation: id, text: "hi" });
  await until(alice, (state) => last(state, id)?.text === "hi");

  const seq = last(alice.state, id)?.seq ?? 0;
  await alice.toggleReaction(id, seq, "👍");
  await until(bob, (state) => last(state, id)?.reactions[0]?.emoji === "👍");
  await bob.edit(id, seq, "hi there");
  await until(alice, (state) => last(state, id)?.text === "hi there");
  alice.markRead(id, alice.state.conversations.get(id)?.head ?? 0);
  await until(bob, (state) => {
    const marker = state.conversations.get(id)?.markers?.[0];
    return marker !== undefined && marker.read >= seq;
  });
  alice.typing(id);
  await until(bob, (state) => (state.typing.get(id)?.length ?? 0) === 1);

  for (let i = 0; i < 20; i++) alice.send({ conversation: id, text: `${i}` });
  await until(bob, (state) => last(state, id)?.text === "19");
  expect(texts(bob.state, id).slice(-20)).toEqual(Array.from({ length: 20 }, (_, i) => `${i}`));
  expect(texts(bob.state, id)).toEqual(texts(alice.state, id));
});

test("a new start goes on from what was stored", async () => {
  const store = new MemoryStore();
  const { token, user: me } = await register(server.url, {
    username: "carol",
    password: "correct horse battery",
  });
  const bob = await arrive("bob-again", "websocket");
  const first = connect({ url: server.url, token, me, store });
  await until(first, (state) => state.ready);
  await first.stop();
  bob.send({ to: "carol", text: "while you were away" });
  await until(bob, (state) => state.outbox.size === 0);
  const second = connect({ url: server.url, token, me, store });
  clients.push(second);
  await until(second, (state) => [...state.conversations.values()].some((each) => each.unread > 0));
  await second.signOut();
  expect((await store.load()).head.size).toBe(0);
  const refused = connect({ url: server.url, token, me, store: new MemoryStore() });
  clients.push(refused);
  await until(refused, (state) => state.connection.state === "denied");
  expect(refused.state.connection.reason).toBe("signed_out");
});

test.each(["websocket", "sse", "poll"] as const)(
  "over %s, cut again and again and with the server killed: all, once, in order",
  async (rung) => {
    let own = await startServer();
    const main = server;
    server = own;
    const wire = await openWire(own.url);
    try {
      const dora = await arrive("dora", rung, wire.url);
      const emil = await arrive("emil", rung, wire.url);
      dora.send({ to: "emil", text: "0" });
      await until(emil, (state) => state.conversations.size === 1);
      const id = [...emil.state.conversations.keys()][0] ?? "";
      await Promise.all([dora.open(id), emil.open(id)]);
      for (let i = 1; i <= 40; i++) {
        dora.send({ conversation: id, text: `${i}` });
        if (i % 10 === 5) wire.cut();
        if (i === 20) {
          await own.kill();
          own = await startServer(own.directory);
          wire.lead(own.url);
          wire.cut();
        }
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      const all = Array.from({ length: 41 }, (_, i) => `${i}`);
      await until(emil, (state) => last(state, id)?.text === "40");
      await until(dora, (state) => state.outbox.size === 0 && last(state, id)?.text === "40");
      expect(texts(emil.state, id)).toEqual(all);
      expect(texts(dora.state, id)).toEqual(all);
    } finally {
      await Promise.all(clients.splice(0).map((client) => client.stop()));
      wire.close();
      await own.stop();
      server = main;
    }
  },
);
