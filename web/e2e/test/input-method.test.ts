import type { CDPSession } from "playwright-core";
import { expect, test } from "vitest";
import type { Person } from "../harness/person.ts";
import { world } from "../harness/world.ts";

const here = world();
/** What browsers report as the key code while an input method handles a key. */
const HANDLED_ELSEWHERE = 229;

async function before(): Promise<{ person: Person; keys: CDPSession }> {
  const [anna, ben] = await Promise.all([here.account("Anna"), here.account("Ben")]);
  const conversation = await anna.writeTo(ben.username, "こんにちは");
  const person = await here.signedIn(anna, `#/c/${conversation}`);
  await person.sees("こんにちは");
  return { person, keys: await person.context.newCDPSession(person.page) };
}

async function press(keys: CDPSession, key: string, code: number): Promise<void> {
  const event = { key, code: key, windowsVirtualKeyCode: code, nativeVirtualKeyCode: code };
  await keys.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...event });
  await keys.send("Input.dispatchKeyEvent", { type: "keyUp", ...event });
}

async function convert(keys: CDPSession, text: string): Promise<void> {
  await keys.send("Input.imeSetComposition", {
    text,
    selectionStart: text.length,
    selectionEnd: text.length,
  });
}

/** How many messages the conversation has; asked of the server's view, after another one has passed. */
async function sentSoFar(person: Person): Promise<string[]> {
  return person.texts();
}

test("Enter while converting chooses the conversion and sends nothing", async () => {
  const { person, keys } = await before();
  await person.composer.focus();
  await convert(keys, "にほんご");
  await press(keys, "Enter", 13);
  expect(await sentSoFar(person)).toEqual(["こんにちは"]);
  await press(keys, "Process", HANDLED_ELSEWHERE);
  await press(keys, "Enter", HANDLED_ELSEWHERE);
  expect(await sentSoFar(person)).toEqual(["こんにちは"]);
  await keys.send("Input.insertText", { text: "日本語" });
  await expect.poll(() => person.composer.inputValue()).toBe("日本語");
  await person.composer.press("Enter");
  await expect.poll(() => sentSoFar(person)).toEqual(["こんにちは", "日本語"]);
});

test("Enter that comes after the end of the conversion, with the key code of input methods, sends nothing", async () => {
  const { person, keys } = await before();
  await person.composer.focus();
  await convert(keys, "かな");
  await keys.send("Input.insertText", { text: "仮名" });
  await press(keys, "Enter", HANDLED_ELSEWHERE);
  await expect.poll(() => person.composer.inputValue()).toBe("仮名");
  expect(await sentSoFar(person)).toEqual(["こんにちは"]);
  await person.composer.press("Enter");
  await expect.poll(() => sentSoFar(person)).toEqual(["こんにちは", "仮名"]);
});

test("arrows and Escape while converting leave the page alone", async () => {
  const { person, keys } = await before();
  await person.message("こんにちは").hover();
  await person.message("こんにちは").getByRole("button", { name: "Reply" }).click();
  await person.page.getByRole("button", { name: "Cancel reply" }).waitFor();
  await convert(keys, "はい");
  await press(keys, "Escape", 27);
  await press(keys, "ArrowUp", 38);
  expect(await person.page.getByRole("button", { name: "Cancel reply" }).count()).toBe(1);
  expect(await person.page.getByText("Edit message").count()).toBe(0);
});

test("Enter while converting in the search does not go anywhere", async () => {
  const anna = await here.account("Anna");
  await anna.group("べんきょう", []);
  const person = await here.signedIn(anna);
  const keys = await person.context.newCDPSession(person.page);
  await person.page.keyboard.press("Control+k");
  const field = person.dialog.getByRole("combobox");
  await field.waitFor();
  await convert(keys, "べん");
  await person.dialog.getByRole("option", { name: "べんきょう" }).waitFor();
  await press(keys, "Enter", HANDLED_ELSEWHERE);
  await press(keys, "Enter", 13);
  expect(await field.inputValue()).toBe("べん");
  await keys.send("Input.insertText", { text: "べん" });
  await person.page.keyboard.press("Enter");
  await person.page.getByRole("heading", { name: "べんきょう", level: 1 }).waitFor();
});
