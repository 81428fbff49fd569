import { expect, test } from "vitest";
import type { Person } from "../harness/person.ts";
import { NETWORK_LINES } from "../harness/watch.ts";
import { world } from "../harness/world.ts";

// A short interval, so that silence is noticed soon.
const here = world({ SWITCHBOARD_LIMITS_PING: "5s" });

interface Scene {
  readonly a: Person;
  readonly b: Person;
  readonly history: () => Promise<string[]>;
}

async function scene(): Promise<Scene> {
  const [anna, ben] = await Promise.all([here.account("Anna"), here.account("Ben")]);
  await anna.befriend(ben);
  const conversation = await anna.writeTo(ben.username, "Before");
  const hash = `#/c/${conversation}`;
  const [a, b] = await Promise.all([here.signedIn(anna, hash), here.signedIn(ben, hash)]);
  for (const person of [a, b]) {
    person.watch.tolerate(NETWORK_LINES);
    await person.sees("Before");
  }
  const history = async (): Promise<string[]> => {
    const { items } = await anna.do("history.get", { conversation });
    return items.flatMap((item) => (item.type === "message.created" ? [item.text] : []));
  };
  return { a, b, history };
}

test("killed in the middle of a conversation: nothing is lost, nothing doubled, both see the same", async () => {
  const { a, b, history } = await scene();
  await a.say("first");
  await b.sees("first");
  await Promise.all([a.say("just before, from Anna"), b.say("just before, from Ben")]);
  await here.server.kill();
  await Promise.all([a.offline(), b.offline()]);
  await a.say("while it was away, from Anna");
  await b.say("while it was away, from Ben");
  await a.sees("first");

  await here.server.resurrect();
  await Promise.all(
    [a, b].map(async (person) => {
      const again = person.page.getByRole("button", { name: "Try now" });
      if (await again.isVisible()) await again.click({ timeout: 1000 }).catch(() => undefined);
      await person.online();
    }),
  );
  const wanted = [
    "Before",
    "first",
    "just before, from Anna",
    "just before, from Ben",
    "while it was away, from Anna",
    "while it was away, from Ben",
  ];
  await expect.poll(async () => (await history()).sort()).toEqual([...wanted].sort());
  const told = await history();
  await expect.poll(() => a.texts()).toEqual(told);
  await expect.poll(() => b.texts()).toEqual(told);
  await b.say("after");
  await a.sees("after");
  await a
    .message("while it was away, from Anna")
    .getByText("Read", { exact: true })
    .waitFor({ state: "attached" });
});

test("frozen: the dead line is noticed, presence goes grey, and it goes on after the thaw", async () => {
  const { a, b, history } = await scene();
  await a.page.getByRole("main").getByText("Online", { exact: true }).waitFor();
  here.server.freeze();
  try {
    await a.say("into the silence");
    await a.offline();
    await a.page.getByText("Presence unknown while offline").waitFor();
    expect(await a.page.locator(".ring-active").count()).toBe(0);
    await a.banner.waitFor();
    await a.sees("Before");
  } finally {
    here.server.thaw();
  }
  await Promise.all([a.online(), b.online()]);
  await b.sees("into the silence");
  await expect.poll(history).toEqual(["Before", "into the silence"]);
  await expect.poll(() => a.texts()).toEqual(["Before", "into the silence"]);
});

test("frozen while nobody writes: silence alone is noticed", async () => {
  const { a } = await scene();
  here.server.freeze();
  try {
    await a.sidebar.getByText("Offline", { exact: true }).waitFor({ timeout: 40_000 });
  } finally {
    here.server.thaw();
  }
  await a.online();
});
