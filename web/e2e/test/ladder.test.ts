import { expect, test } from "vitest";
import { NETWORK_LINES } from "../harness/watch.ts";
import { type LivePath, Wire } from "../harness/wire.ts";
import { world } from "../harness/world.ts";

const here = world();

const RUNGS: readonly { name: string; refused: readonly LivePath[]; used: LivePath }[] = [
  { name: "a WebSocket", refused: [], used: "/v1/ws" },
  {
    name: "an event stream, where WebSockets are refused",
    refused: ["/v1/ws"],
    used: "/v1/events",
  },
  {
    name: "long polling, where streams are refused too",
    refused: ["/v1/ws", "/v1/events"],
    used: "/v1/poll",
  },
];

test.for(RUNGS)("live over $name", async ({ refused, used }) => {
  const [anna, ben] = await Promise.all([here.account("Anna"), here.account("Ben")]);
  await anna.befriend(ben);
  const conversation = await anna.writeTo(ben.username, "Before");
  const wire = await Wire.to(here.server);
  here.atEnd(() => wire.close());
  wire.refuse(...refused);
  const a = await here.person({}, wire.url);
  a.watch.tolerate(NETWORK_LINES);
  await a.signIn(anna, `#/c/${conversation}`);
  const b = await here.signedIn(ben, `#/c/${conversation}`);
  await a.sees("Before");
  await expect.poll(() => wire.asked(used)).toBeGreaterThan(0);

  await a.say("up");
  await b.sees("up");
  await b.say("down");
  await a.sees("down");
  await b.composer.pressSequentially("I am");
  await a.page.getByText("Ben is typing").first().waitFor();
  await a.tick("up", "Read").waitFor({ state: "attached" });

  for (let turn = 1; turn <= 10; turn++) await b.say(`in order ${turn}`);
  await a.sees("in order 10");
  expect(await a.texts()).toEqual([
    "Before",
    "up",
    "down",
    ...Array.from({ length: 10 }, (_, index) => `in order ${index + 1}`),
  ]);
  expect(await a.banner.count()).toBe(0);
});

test.for(RUNGS)("a lost connection comes back over $name, without loss", async ({ refused }) => {
  const [anna, ben] = await Promise.all([here.account("Anna"), here.account("Ben")]);
  const conversation = await anna.writeTo(ben.username, "Before");
  const wire = await Wire.to(here.server);
  here.atEnd(() => wire.close());
  wire.refuse(...refused);
  const a = await here.person({}, wire.url);
  a.watch.tolerate(NETWORK_LINES);
  await a.signIn(anna, `#/c/${conversation}`);
  await a.sees("Before");
  wire.cut();
  await a.offline();
  await ben.do("conversation.join", { conversation }).catch(() => undefined);
  for (let turn = 1; turn <= 5; turn++) await ben.write(conversation, `missed ${turn}`);
  wire.mend();
  await a.online();
  await expect
    .poll(() => a.texts())
    .toEqual(["Before", "missed 1", "missed 2", "missed 3", "missed 4", "missed 5"]);
});
