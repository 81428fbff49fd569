import { expect, test } from "vitest";
import type { Account } from "../harness/account.ts";
import type { Person } from "../harness/person.ts";
import { NETWORK_LINES } from "../harness/watch.ts";
import { Wire } from "../harness/wire.ts";
import { world } from "../harness/world.ts";

const here = world({ SWITCHBOARD_LIMITS_PING: "5s" });

interface Scene {
  readonly ben: Account;
  readonly conversation: string;
  readonly anna: Person;
  readonly wire: Wire;
}

/** Anna at the end of a cable that the test holds; Ben sits beside the server. */
async function scene(): Promise<Scene> {
  const [anna, ben] = await Promise.all([here.account("Anna"), here.account("Ben")]);
  await anna.befriend(ben);
  const conversation = await anna.writeTo(ben.username, "Before");
  const wire = await Wire.to(here.server);
  here.atEnd(() => wire.close());
  const person = await here.signedIn(anna, `#/c/${conversation}`, {}, wire.url);
  person.watch.tolerate(NETWORK_LINES);
  await person.sees("Before");
  return { ben, conversation, anna: person, wire };
}

/** What the server has, in order. */
async function log(ben: Account, conversation: string): Promise<string[]> {
  const { items } = await ben.do("history.get", { conversation });
  return items.flatMap((item) => (item.type === "message.created" ? [item.text] : []));
}

const FIVE = ["one", "two", "three", "four", "five"];

test("cut off: it is said, history stays, messages wait in words, and go out once and in order", async () => {
  const { ben, conversation, anna, wire } = await scene();
  wire.cut();
  await anna.offline();
  await anna.banner.waitFor();
  for (const text of FIVE) await anna.say(text);
  await anna.tick("five", "Waiting for the connection").waitFor({ state: "attached" });
  await anna.sees("Before");
  await ben.write(conversation, "meanwhile");
  expect(await log(ben, conversation)).toEqual(["Before", "meanwhile"]);

  wire.mend();
  await anna.banner.getByRole("button", { name: "Try now" }).click();
  await anna.online();
  await anna.banner.waitFor({ state: "detached" });
  const all = ["Before", "meanwhile", ...FIVE];
  await expect.poll(() => log(ben, conversation)).toEqual(all);
  await expect.poll(() => anna.texts()).toEqual(all);
  await anna
    .message("five")
    .getByText(/^(Sent|Delivered)$/)
    .waitFor({ state: "attached" });
});

test("a stalled line: what was on its way arrives once, although its answer was lost", async () => {
  const { ben, conversation, anna, wire } = await scene();
  wire.stall();
  await anna.say("into the fog");
  await anna.offline();
  wire.cut();
  wire.flow();
  wire.mend();
  await anna.online();
  await expect.poll(() => log(ben, conversation)).toEqual(["Before", "into the fog"]);
  await anna.say("and out again");
  const all = ["Before", "into the fog", "and out again"];
  await expect.poll(() => log(ben, conversation)).toEqual(all);
  expect(await anna.texts()).toEqual(all);
});

test("the answer is lost, the message was kept: it is not written twice", async () => {
  const { ben, conversation, anna, wire } = await scene();
  wire.stallAnswers();
  await anna.say("only once");
  await expect.poll(() => log(ben, conversation)).toEqual(["Before", "only once"]);
  wire.cut();
  wire.flow();
  wire.mend();
  await anna
    .tick("only once", "Sent")
    .or(anna.tick("only once", "Delivered"))
    .waitFor({ state: "attached" });
  await anna.online();
  expect(await anna.texts()).toEqual(["Before", "only once"]);
  expect(await log(ben, conversation)).toEqual(["Before", "only once"]);
});

test("without a network: the page opens from what is kept, is readable, and sends later", async () => {
  const { ben, conversation, anna } = await scene();
  await anna.page.waitForFunction(
    async () => (await navigator.serviceWorker.ready).active?.state === "activated",
  );
  await anna.context.setOffline(true);
  await anna.offline();
  await anna.say("kept for later");
  await anna.tick("kept for later", "Waiting for the connection").waitFor({ state: "attached" });
  await anna.page.reload();
  await anna.sees("Before");
  await anna.sees("kept for later");
  await anna.banner.waitFor();
  await anna.context.setOffline(false);
  await anna.online();
  await expect.poll(() => log(ben, conversation)).toEqual(["Before", "kept for later"]);
  await expect.poll(() => anna.texts()).toEqual(["Before", "kept for later"]);
});

test("a draft and its reply survive a reload", async () => {
  const { anna } = await scene();
  await anna.message("Before").hover();
  await anna.message("Before").getByRole("button", { name: "Reply" }).click();
  await anna.composer.fill("not finished");
  await anna.page.goto(`${anna.url}/#/`);
  await anna.row("Ben").getByText("Draft:").waitFor();
  await anna.page.reload();
  await anna.row("Ben").getByText("Draft:").waitFor();
  await anna.open("Ben");
  await expect.poll(() => anna.composer.inputValue()).toBe("not finished");
  await anna.page.getByRole("button", { name: "Cancel reply" }).waitFor();
});

test("what is typed or sent in the very moment in which the page goes is there again", async () => {
  const { ben, conversation, anna } = await scene();
  const { page } = anna;
  await page.waitForFunction(
    async () => (await navigator.serviceWorker.ready).active?.state === "activated",
  );
  /** Writes, and leaves the page before anything else can happen. */
  const leave = async (text: string, sends: boolean): Promise<void> => {
    await anna.composer.waitFor();
    await anna.composer.fill(sends ? text : "");
    const left = page.waitForEvent("domcontentloaded");
    await anna.composer.evaluate(
      (field: HTMLTextAreaElement, [words, enter]) => {
        const init = { bubbles: true, cancelable: true };
        if (enter) field.dispatchEvent(new KeyboardEvent("keydown", { ...init, key: "Enter" }));
        else {
          field.value = words;
          field.dispatchEvent(new InputEvent("input", init));
        }
        location.reload();
      },
      [text, sends] as const,
    );
    await left;
  };
  await leave("half a sentence", false);
  await expect.poll(() => anna.composer.inputValue()).toBe("half a sentence");
  await anna.context.setOffline(true);
  await anna.offline();
  await leave("a whole one", true);
  await anna.sees("a whole one");
  expect(await anna.composer.inputValue()).toBe("");
  await anna.context.setOffline(false);
  await expect.poll(() => log(ben, conversation)).toEqual(["Before", "a whole one"]);
});

test("what the server refuses is said to be not sent, with the reason and what can be done", async () => {
  const { ben, anna, wire } = await scene();
  wire.cut();
  await anna.offline();
  await anna.say("too late");
  await ben.do("block.add", { username: anna.account.username });
  wire.mend();
  await anna.online();
  const row = anna.message("too late");
  const failed = row.getByRole("alert").getByText(/^Not sent\. ./);
  await failed.waitFor();
  await anna.row("Ben").getByText("Not sent").waitFor({ state: "attached" });
  expect(await row.getByText(/^(Sending|Sent|Waiting)/).count()).toBe(0);
  await row.getByRole("button", { name: "Retry" }).click();
  await failed.waitFor();
  await row.getByRole("button", { name: "Delete" }).click();
  await row.waitFor({ state: "detached" });
  await anna.row("Ben").getByText("Not sent").waitFor({ state: "detached" });
});

test("no green dot on a line that is dead", async () => {
  const { ben, anna, wire } = await scene();
  const beside = await here.signedIn(ben);
  await anna.page.getByRole("main").getByText("Online", { exact: true }).waitFor();
  wire.cut();
  await anna.offline();
  await anna.page.getByText("Presence unknown while offline").waitFor();
  await expect.poll(() => anna.page.locator(".ring-active").count()).toBe(0);
  wire.mend();
  await anna.online();
  await anna.page.getByRole("main").getByText("Online", { exact: true }).waitFor();
  await beside.online();
});
