import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { Account } from "../harness/account.ts";
import type { Person } from "../harness/person.ts";
import { world } from "../harness/world.ts";

const here = world();
const MESSAGES = 400;

interface Scene {
  readonly anna: Account;
  readonly ben: Account;
  readonly group: string;
  readonly places: readonly number[];
}

async function longTalk(count = MESSAGES): Promise<Scene> {
  const [anna, ben] = await Promise.all([here.account("Anna"), here.account("Ben")]);
  const group = await anna.group("Long log", [ben]);
  const places: number[] = [];
  for (let turn = 1; turn <= count; turn++)
    places.push(await ben.write(group, `Entry ${turn}. ${"More words. ".repeat(turn % 9)}`.trim()));
  return { anna, ben, group, places };
}

async function read(
  account: Account,
  conversation: string,
  seq: number | undefined,
): Promise<void> {
  if (seq !== undefined) await account.do("read.mark", { conversation, seq });
}

/** Where the first message that is wholly in view stands, and which it is. */
function firstInView(page: Page): Promise<{ label: string; top: number }> {
  return page.getByRole("log").evaluate((box) => {
    const edge = box.getBoundingClientRect().top;
    const rows = [...box.querySelectorAll("article")];
    const row = rows.find((each) => each.getBoundingClientRect().top >= edge + 40) ?? rows[0];
    return {
      label: row?.querySelector(".body")?.textContent ?? "",
      top: row?.getBoundingClientRect().top ?? 0,
    };
  });
}

function topOf(person: Person, text: string): Promise<number> {
  return person
    .message(text)
    .first()
    .evaluate((row) => row.getBoundingClientRect().top);
}

/** Two frames later everything that follows a change has been drawn. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
}

test("older messages come in above without moving what is read", async () => {
  const { anna, group, places } = await longTalk();
  await read(anna, group, places.at(-1));
  const person = await here.signedIn(anna, `#/c/${group}`);
  await person.sees(`Entry ${MESSAGES}.`);
  const log = person.timeline;
  let reached = false;
  const drifts: number[] = [];
  for (let turn = 0; turn < 60 && !reached; turn++) {
    const height = await log.evaluate((box) => {
      box.scrollTop = Math.max(0, box.scrollTop - box.clientHeight * 0.8);
      return box.scrollHeight;
    });
    await drawn(person.page);
    const before = await firstInView(person.page);
    await log.evaluate(
      (box, known) =>
        new Promise<void>((resolve) => {
          // Either more comes in, or nothing does because it was all there already.
          const end = performance.now() + 400;
          const look = (): void => {
            if (box.scrollHeight !== known || performance.now() > end) resolve();
            else requestAnimationFrame(look);
          };
          look();
        }),
      height,
    );
    await drawn(person.page);
    const now = await topOf(person, before.label);
    drifts.push(Math.abs(now - before.top));
    reached =
      (await person.page.getByText("Entry 1.", { exact: false }).first().isVisible()) &&
      (await log.evaluate((box) => box.scrollTop)) < 50;
  }
  expect(reached, "the beginning was reached").toBe(true);
  expect(Math.max(...drifts)).toBeLessThanOrEqual(0.5);
});

test("a late reaction or a longer text above does not move what is read", async () => {
  const { anna, ben, group, places } = await longTalk(120);
  await read(anna, group, places.at(-1));
  const person = await here.signedIn(anna, `#/c/${group}`);
  await person.sees("Entry 120.");
  await person.timeline.evaluate((box) => {
    box.scrollTop -= box.clientHeight * 1.5;
  });
  await drawn(person.page);
  const before = await firstInView(person.page);
  const seq = places[Number(/Entry (\d+)/.exec(before.label)?.[1]) - 6] ?? 0;
  await ben.do("message.edit", {
    conversation: group,
    message: seq,
    text: `Changed. ${"Many more words than before. ".repeat(30)}`,
  });
  await person.message("Changed. Many more").waitFor({ state: "attached" });
  await anna.do("reaction.add", { conversation: group, message: seq, emoji: "👍" });
  await person
    .message("Changed. Many more")
    .getByRole("button", { name: /reacted with/ })
    .waitFor({ state: "attached" });
  await ben.write(group, "A new one at the end");
  await person.page.getByRole("button", { name: "1 new message" }).waitFor();
  await drawn(person.page);
  expect(Math.abs((await topOf(person, before.label)) - before.top)).toBeLessThanOrEqual(0.5);
  await person.page.getByRole("button", { name: "1 new message" }).click();
  await expect
    .poll(() =>
      person
        .message("A new one at the end")
        .evaluate((row) => row.getBoundingClientRect().bottom <= innerHeight),
    )
    .toBe(true);
});

test("a conversation opens at the first unread message, with the divider in view", async () => {
  const { anna, group, places } = await longTalk(150);
  await read(anna, group, places[79]);
  const person = await here.signedIn(anna, `#/c/${group}`);
  const divider = person.divider;
  await divider.waitFor();
  const place = (): Promise<number> =>
    divider.evaluate((row) => {
      const box = row.closest("[role=log]")?.getBoundingClientRect();
      return box ? (row.getBoundingClientRect().top - box.top) / box.height : -1;
    });
  await expect.poll(place).toBeGreaterThan(0.05);
  expect(await place()).toBeLessThan(0.6);
  await person.message("Entry 81.").waitFor();
  await person
    .row("Long log")
    .getByText(/unread/)
    .waitFor({ state: "attached" });
});

test("at the end, what comes in is followed; further up, it is only told", async () => {
  const { anna, ben, group, places } = await longTalk(80);
  await read(anna, group, places.at(-1));
  const person = await here.signedIn(anna, `#/c/${group}`);
  await person.sees("Entry 80.");
  for (let turn = 1; turn <= 3; turn++) await ben.write(group, `Followed ${turn}`);
  await expect
    .poll(() =>
      person
        .message("Followed 3")
        .evaluate((row) => row.getBoundingClientRect().bottom <= innerHeight),
    )
    .toBe(true);
  expect(await person.page.getByRole("button", { name: /new message/ }).count()).toBe(0);
});

test("an own message goes from queue to server in one row that does not move", async () => {
  const { anna, group } = await longTalk(3);
  const person = await here.signedIn(anna, `#/c/${group}`);
  await person.sees("Entry 3.");
  await person.timeline.evaluate((box) => {
    const seen: { row: Element; top: number }[] = [];
    (globalThis as unknown as { seen: typeof seen }).seen = seen;
    new MutationObserver(() => {
      const row = [...box.querySelectorAll("article")].find((each) =>
        each.textContent?.includes("Mine"),
      );
      if (row) seen.push({ row, top: row.getBoundingClientRect().top });
    }).observe(box, { subtree: true, childList: true, attributes: true, characterData: true });
  });
  await person.say("Mine");
  await person.tick("Mine", "Sent").waitFor({ state: "attached" });
  const { rows, tops } = await person.page.evaluate(() => {
    const { seen } = globalThis as unknown as { seen: { row: Element; top: number }[] };
    return {
      rows: new Set(seen.map((each) => each.row)).size,
      tops: [...new Set(seen.slice(1).map((each) => Math.round(each.top)))],
    };
  });
  expect(rows).toBe(1);
  expect(tops.length).toBeLessThanOrEqual(2);
});
