import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { PASSWORD } from "../harness/account.ts";
import { world } from "../harness/world.ts";

const here = world();

/** The name of what has the focus, as a screen reader says it. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return "";
    return (
      element.getAttribute("aria-label") ??
      element.getAttribute("name") ??
      element.textContent?.trim() ??
      ""
    );
  });
}

/** Presses Tab until something has the focus; a way that is too long is none. */
async function tabTo(page: Page, name: RegExp, longest = 25): Promise<void> {
  const seen: string[] = [];
  for (let turn = 0; turn < longest; turn++) {
    const now = await focused(page);
    if (name.test(now)) return;
    seen.push(now.slice(0, 30));
    await page.keyboard.press("Tab");
  }
  throw new Error(`${name} is not reached with Tab: ${seen.join(" | ")}`);
}

test("everything without a mouse: sign in, open, write, react, reply, search, go round", async () => {
  const [anna, ben] = await Promise.all([here.account("Anna"), here.account("Ben")]);
  await anna.befriend(ben);
  const conversation = await ben.writeTo(anna.username, "Can you hear me?");
  await anna.group("Second place", []);
  const person = await here.person();
  const { page } = person;
  const keys = page.keyboard;
  await person.visit();

  await tabTo(page, /Already have an account/);
  await keys.press("Enter");
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await tabTo(page, /^username$/);
  await keys.type(anna.username);
  await tabTo(page, /^password$/);
  await keys.type(PASSWORD);
  await keys.press("Enter");
  await person.online();

  await keys.press("Control+k");
  await person.dialog.getByRole("combobox").waitFor();
  await expect.poll(() => focused(page)).toMatch(/Find people, conversations/);
  await keys.type("ben");
  await person.dialog.getByRole("option").first().waitFor();
  await keys.press("Enter");
  await person.dialog.waitFor({ state: "detached" });
  await person.sees("Can you hear me?");

  await keys.press("Escape");
  await expect.poll(() => focused(page)).toMatch(/^Message to Ben/);
  await keys.type("Loud and clear");
  await keys.press("Shift+Enter");
  await keys.type("on two lines");
  await keys.press("Enter");
  await person.sees("on two lines");
  await person.tick("on two lines", "Sent").waitFor({ state: "attached" });

  await keys.press("ArrowUp");
  await page.getByText("Edit message").waitFor();
  await keys.press("Escape");
  await page.getByText("Edit message").waitFor({ state: "detached" });

  await keys.press("Shift+F6");
  await expect.poll(() => focused(page)).toMatch(/Loud and clear/);
  await keys.press("ArrowUp");
  await expect.poll(() => focused(page)).toMatch(/Can you hear me/);
  await keys.press("+");
  await expect.poll(() => focused(page)).toBe("Search emoji");
  await keys.type("thumbs up");
  await page.getByRole("button", { name: "thumbs up" }).first().waitFor();
  await keys.press("Enter");
  await person
    .message("Can you hear me?")
    .getByRole("button", { name: /you reacted with/i })
    .waitFor();
  const { items } = await ben.do("history.get", { conversation });
  expect(
    items.some((item) => item.type === "message.created" && (item.reactions ?? []).length > 0),
  ).toBe(true);

  await person.message("Can you hear me?").focus();
  await keys.press("r");
  await page.getByRole("button", { name: "Cancel reply" }).waitFor();
  await expect.poll(() => focused(page)).toMatch(/^Message to Ben/);
  await keys.press("Escape");
  await page.getByRole("button", { name: "Cancel reply" }).waitFor({ state: "detached" });

  const stops: string[] = [];
  for (let turn = 0; turn < 3; turn++) {
    await keys.press("F6");
    stops.push(await focused(page));
  }
  expect(stops[0]).toBe("Conversations");
  expect(stops[1]).toMatch(/:/);
  expect(stops[2]).toMatch(/^Message to Ben/);

  await keys.press("Alt+ArrowDown");
  await page
    .getByRole("heading", { name: "Second place", level: 1 })
    .or(page.getByRole("heading", { name: "Ben", level: 1 }))
    .first()
    .waitFor();
  await keys.press("Control+/");
  await person.dialog.getByRole("heading", { name: "Keyboard shortcuts" }).waitFor();
  await keys.press("Escape");
  await person.dialog.waitFor({ state: "detached" });
});

test("a dialog keeps the focus and gives it back", async () => {
  const anna = await here.account("Anna");
  const person = await here.signedIn(anna);
  const { page } = person;
  const button = person.sidebar.getByRole("button", { name: "New conversation" });
  await button.focus();
  await page.keyboard.press("Enter");
  await person.dialog.getByLabel("Username or name").waitFor();
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.closest("dialog") !== null))
    .toBe(true);
  for (let turn = 0; turn < 15; turn++) {
    await page.keyboard.press("Tab");
    expect(
      await page.evaluate(
        () =>
          document.activeElement === document.body ||
          document.activeElement?.closest("dialog") !== null,
      ),
    ).toBe(true);
  }
  await page.keyboard.press("Escape");
  await expect.poll(() => focused(page)).toBe("New conversation");
});

test("the menu of a message opens, walks and closes by keys", async () => {
  const [anna, ben] = await Promise.all([here.account("Anna"), here.account("Ben")]);
  const conversation = await anna.writeTo(ben.username, "Mine");
  const person = await here.signedIn(anna, `#/c/${conversation}`);
  const { page } = person;
  await person.message("Mine").focus();
  const more = person.message("Mine").getByRole("button", { name: "More", exact: true });
  await more.waitFor();
  await tabTo(page, /^More$/, 12);
  await page.keyboard.press("Enter");
  await page.getByRole("menu").waitFor();
  await expect.poll(() => focused(page)).toBe("Edit");
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => focused(page)).toBe("Copy text");
  await page.keyboard.press("End");
  await expect.poll(() => focused(page)).toBe("Delete");
  await page.keyboard.press("Escape");
  await page.getByRole("menu").waitFor({ state: "detached" });
  await expect.poll(() => focused(page)).toBe("More");
});
