import { expect, test } from "vitest";
import { misplaced } from "../harness/layout.ts";
import { world } from "../harness/world.ts";

const here = world();
const PHONE = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
  deviceScaleFactor: 2,
} as const;

test("one pane at a time: the list, the conversation, its details, and back", async () => {
  const [anna, ben] = await Promise.all([here.account("Anna"), here.account("Ben")]);
  await anna.befriend(ben);
  await ben.writeTo(anna.username, "On the road");
  const person = await here.signedIn(anna, "", PHONE);
  const { page } = person;
  await person.row("Ben").getByRole("link").tap();
  await person.sees("On the road");
  expect(await person.sidebar.isVisible()).toBe(false);
  await page.getByRole("button", { name: "Details and members" }).last().tap();
  await person.panel.getByRole("heading", { name: "Ben" }).waitFor();
  expect(await misplaced(page)).toEqual([]);
  await person.panel.getByRole("button", { name: "Close" }).tap();
  await person.composer.tap();
  await person.composer.fill("Drive safely");
  await page.getByRole("button", { name: "Send" }).tap();
  await person.tick("Drive safely", "Sent").waitFor({ state: "attached" });
  await page.getByRole("button", { name: "Back" }).tap();
  await person.row("Ben").getByText("You: Drive safely").waitFor();
  expect(await person.timeline.isVisible()).toBe(false);
  await page.goBack();
  await person.sees("Drive safely");
});

test("a finger that rests on a message brings its actions", async () => {
  const [anna, ben] = await Promise.all([here.account("Anna"), here.account("Ben")]);
  await ben.writeTo(anna.username, "Touch me");
  const person = await here.signedIn(anna, "", PHONE);
  await person.row("Ben").getByRole("link").tap();
  await person.sees("Touch me");
  const box = await person.message("Touch me").locator(".body").boundingBox();
  if (!box) throw new Error("the message has no place on the screen");
  const touch = await person.context.newCDPSession(person.page);
  const point = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [point] });
  const reaction = person
    .message("Touch me")
    .getByRole("button", { name: /^React with/ })
    .first();
  await reaction.waitFor();
  await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await reaction.tap();
  await person
    .message("Touch me")
    .getByRole("button", { name: /you reacted with/i })
    .waitFor();
});

test("the switcher is closed without a keyboard", async () => {
  const person = await here.signedIn(await here.account("Anna"), "", PHONE);
  await person.sidebar.getByRole("button", { name: "Search" }).tap();
  await person.dialog.getByRole("combobox").waitFor();
  await person.dialog.getByRole("button", { name: "Close" }).tap();
  await person.dialog.waitFor({ state: "detached" });
});
