import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { Account } from "../harness/account.ts";
import type { Person } from "../harness/person.ts";
import { NETWORK_LINES } from "../harness/watch.ts";
import { Wire } from "../harness/wire.ts";
import { world } from "../harness/world.ts";

const here = world();

interface Scene {
  readonly anna: Person;
  readonly ben: Account;
  readonly conversation: string;
  readonly wire: Wire;
}

async function scene(): Promise<Scene> {
  const [anna, ben] = await Promise.all([here.account("Anna"), here.account("Ben")]);
  await anna.befriend(ben);
  const conversation = await anna.writeTo(ben.username, "Before");
  const wire = await Wire.to(here.server);
  here.atEnd(() => wire.close());
  const person = await here.signedIn(anna, `#/c/${conversation}`, {}, wire.url);
  await person.sees("Before");
  return { anna: person, ben, conversation, wire };
}

async function anotherTab(anna: Person, conversation: string): Promise<Page> {
  const tab = await anna.context.newPage();
  await tab.goto(`${anna.url}/#/c/${conversation}`);
  await tab.getByRole("article").filter({ hasText: "Before" }).waitFor();
  await tab
    .getByRole("navigation", { name: "Conversations" })
    .getByText("Online", { exact: true })
    .waitFor();
  return tab;
}

const message = (page: Page, text: string): ReturnType<Page["locator"]> =>
  page.getByRole("article").filter({ hasText: text });

test("three tabs share one connection, and each can write", async () => {
  const { anna, ben, conversation, wire } = await scene();
  const tabs = [
    anna.page,
    await anotherTab(anna, conversation),
    await anotherTab(anna, conversation),
  ];
  expect(wire.open("/v1/ws")).toBe(1);
  await ben.write(conversation, "to all tabs");
  for (const tab of tabs) await message(tab, "to all tabs").waitFor();
  for (const [index, tab] of tabs.entries()) {
    await tab.getByLabel(/^Message to /).fill(`from tab ${index + 1}`);
    await tab.getByLabel(/^Message to /).press("Enter");
    for (const other of tabs) await message(other, `from tab ${index + 1}`).waitFor();
  }
  for (const tab of tabs) {
    expect(await tab.getByRole("article").locator(".body").allInnerTexts()).toEqual([
      "Before",
      "to all tabs",
      "from tab 1",
      "from tab 2",
      "from tab 3",
    ]);
  }
  expect(wire.open("/v1/ws")).toBe(1);
});

test("when the tab that holds the connection is closed, another takes over", async () => {
  const { anna, ben, conversation, wire } = await scene();
  const second = await anotherTab(anna, conversation);
  const third = await anotherTab(anna, conversation);
  await anna.page.close();
  await expect.poll(() => wire.asked("/v1/ws")).toBe(2);
  await expect.poll(() => wire.open("/v1/ws")).toBe(1);
  await ben.write(conversation, "after the handover");
  await message(second, "after the handover").waitFor();
  await message(third, "after the handover").waitFor();
  await third.getByLabel(/^Message to /).fill("and back");
  await third.getByLabel(/^Message to /).press("Enter");
  await message(second, "and back").waitFor();
  await expect
    .poll(
      async () =>
        (await ben.do("history.get", { conversation })).items.filter(
          (item) => item.type === "message.created",
        ).length,
    )
    .toBe(3);
  expect(wire.open("/v1/ws")).toBe(1);
});

test("signing out in one tab signs out in all", async () => {
  const { anna, conversation } = await scene();
  const second = await anotherTab(anna, conversation);
  anna.watch.tolerate(NETWORK_LINES);
  await anna.page.getByRole("button", { name: "Settings" }).click();
  await anna.dialog.getByRole("button", { name: "Sign out" }).click();
  await anna.confirm("Sign out on this device?", "Sign out");
  for (const tab of [anna.page, second])
    await tab.getByRole("heading", { name: "Sign in" }).waitFor();
  await second.reload();
  await second.getByRole("heading", { name: /Sign in|Create an account/ }).waitFor();
  expect(await second.evaluate(() => JSON.stringify(localStorage))).not.toContain("token");
});
