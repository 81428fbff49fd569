import { expect, test } from "vitest";
import { world } from "../harness/world.ts";

const here = world();

const WORDS = [
  { text: "The invoice is on the table", query: "invo", why: "by the beginning of a word" },
  {
    text: "明日の会議は午後三時に変更になりました",
    query: "会議",
    why: "Japanese, in the middle of a sentence",
  },
  { text: "La réunion a lieu à l’hôtel", query: "reunion", why: "without the accents" },
  { text: "Der Zug nach Zürich fährt später", query: "ZÜRICH", why: "in another case" },
] as const;

test("messages are found in any script, marked, and opened where they stand", async () => {
  const [anna, ben] = await Promise.all([here.account("Anna"), here.account("Ben")]);
  await anna.befriend(ben);
  const conversation = await anna.writeTo(ben.username, "The beginning");
  for (const { text } of WORDS) await ben.write(conversation, text);
  for (let turn = 1; turn <= 120; turn++) await ben.write(conversation, `Filling ${turn}`);
  const person = await here.signedIn(anna, `#/c/${conversation}`);
  await person.page.getByRole("button", { name: "Search in this conversation" }).click();
  const field = person.panel.getByLabel("Search messages");
  for (const { text, query, why } of WORDS) {
    await field.fill(query);
    const hit = person.panel.getByRole("listitem").filter({ hasText: text });
    await hit.waitFor().catch(() => expect.fail(`not found ${why}: ${query}`));
    expect((await hit.locator("mark").first().textContent())?.length).toBeGreaterThan(0);
  }
  await field.fill("会議");
  await person.panel.getByRole("listitem").filter({ hasText: "会議" }).getByRole("button").click();
  await expect
    .poll(() =>
      person.message("明日の会議").evaluate((row) => {
        const box = row.getBoundingClientRect();
        return box.top > 0 && box.bottom < innerHeight;
      }),
    )
    .toBe(true);
  await person.panel.getByLabel("Search messages").fill("nothing like this");
  await person.panel.getByText("Nothing found for “nothing like this”").waitFor();
});

test("what one may not read is not found", async () => {
  const [anna, ben, cleo] = await Promise.all([
    here.account("Anna"),
    here.account("Ben"),
    here.account("Cleo"),
  ]);
  const secret = await anna.writeTo(ben.username, "The surprise is on Friday");
  await ben.write(secret, "I will bring the surprise");
  const open = await anna.group("All three", [ben, cleo]);
  await anna.write(open, "No surprise here for anyone");
  const c = await here.signedIn(cleo);
  await c.page.keyboard.press("Control+k");
  await c.dialog.getByRole("combobox").fill("surprise");
  await c.dialog.getByRole("option").filter({ hasText: "No surprise here" }).waitFor();
  expect(await c.dialog.getByRole("option").filter({ hasText: "Friday" }).count()).toBe(0);
  expect(await c.dialog.getByRole("option").filter({ hasText: "bring" }).count()).toBe(0);
});

test("the switcher finds people, conversations and messages", async () => {
  const [anna, ben] = await Promise.all([here.account("Anna"), here.account("Bernadette")]);
  const group = await anna.group("Berlin office", []);
  await anna.write(group, "A bear was seen");
  const person = await here.signedIn(anna);
  await person.page.keyboard.press("Control+k");
  await person.dialog.getByRole("combobox").fill("be");
  for (const words of ["Berlin office", "Bernadette", "A bear was seen"]) {
    await person.dialog.getByRole("option").filter({ hasText: words }).first().waitFor();
  }
  await person.dialog
    .getByRole("option")
    .filter({ hasText: `@${ben.username}` })
    .click();
  await person.page.getByRole("heading", { name: "Bernadette", level: 1 }).waitFor();
  await person.page.keyboard.press("Control+k");
  await person.dialog.getByRole("combobox").fill("no such thing");
  await person.dialog.getByText("Nothing found").waitFor();
});

test("the feed gathers mentions, reactions, invitations and requests, leads there, and is cleared", async () => {
  const [anna, ben] = await Promise.all([here.account("Anna"), here.account("Ben")]);
  const person = await here.signedIn(anna);
  await ben.do("contact.request", { username: anna.username, note: "It is me" });
  await person.sidebar.getByRole("button", { name: "Notifications, 1 new" }).waitFor();
  await anna.do("contact.accept", { username: ben.username });
  const group = await anna.group("Trains", [ben]);
  const mine = await anna.write(group, "My message");
  await ben.do("reaction.add", { conversation: group, message: mine, emoji: "👍" });
  await ben.write(group, `Look here, @${anna.username}`);
  await person.sidebar.getByRole("button", { name: /^Notifications, [23] new$/ }).waitFor();

  await person.sidebar.getByRole("button", { name: /^Notifications/ }).click();
  await person.panel.getByText("Ben mentioned you in Trains").waitFor();
  await person.panel.getByText("Ben reacted with 👍 to your message").waitFor();
  await person.panel.getByText("Ben wants to add you as a contact").waitFor();
  await person.panel
    .getByRole("listitem")
    .filter({ hasText: "mentioned you" })
    .getByRole("button")
    .click();
  await person.sees("Look here");
  await person.sidebar.getByRole("button", { name: /^Notifications/ }).click();
  const all = person.panel.getByRole("button", { name: "Mark all as seen" });
  await all.click();
  await person.sidebar.getByRole("button", { name: "Notifications", exact: true }).waitFor();
  await all.waitFor({ state: "detached" });
});

test("what is found is narrowed to a person, and gone through by keys and buttons", async () => {
  const [anna, ben, cleo] = await Promise.all([
    here.account("Anna"),
    here.account("Ben"),
    here.account("Cleo"),
  ]);
  const group = await anna.group("Harbour", [ben, cleo]);
  await ben.write(group, "The ferry is late");
  await cleo.write(group, "No ferry today");
  await ben.write(group, "A ferry at last");
  const elsewhere = await anna.group("Station", [ben]);
  await ben.write(elsewhere, "From the ferry to the train");
  const person = await here.signedIn(anna, `#/c/${group}?panel=search`);
  const { page, panel } = person;
  const field = panel.getByLabel("Search messages");
  const hits = panel.getByRole("listitem");
  await field.fill("ferry");
  await expect.poll(() => hits.count()).toBe(3);
  await panel.getByLabel("From", { exact: true }).selectOption({ label: "Ben" });
  await expect.poll(() => hits.count()).toBe(2);
  expect(await hits.filter({ hasText: "No ferry today" }).count()).toBe(0);

  await panel.getByRole("button", { name: "Everywhere" }).click();
  await expect.poll(() => hits.count()).toBe(3);
  await field.press("Enter");
  await page.getByRole("heading", { name: "Station", level: 1 }).waitFor();
  await panel.getByText("1 of 3").waitFor();
  await field.press("Enter");
  await page.getByRole("heading", { name: "Harbour", level: 1 }).waitFor();
  await panel.getByRole("button", { name: "Next match" }).click();
  await panel.getByText("3 of 3").waitFor();
  expect(new URL(page.url()).hash).toMatch(new RegExp(`^#/c/${group}/\\d+\\?panel=search$`));
  await panel.locator('[aria-current="true"]').getByText("is late").waitFor();
  await field.press("Shift+Enter");
  await panel.locator('[aria-current="true"]').getByText("at last").waitFor();
});
