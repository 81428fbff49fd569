import { expect, test } from "vitest";
import { world } from "../harness/world.ts";

const here = world();

test("what is typed right after the first Ctrl+K is in its field, though other parts are still on their way", async () => {
  const [anna] = await Promise.all([here.account("Anna"), here.account("Bernadette")]);
  const person = await here.person();
  const { page } = person;
  let flow: () => void = () => undefined;
  const fetched = new Promise<void>((resolve) => {
    flow = resolve;
  });
  // Everything that the page fetches later.
  await page.route(/\/assets\/(Over|Panel|Settings|Switcher|FindPeople)-/, async (route) => {
    await fetched;
    await route.continue();
  });
  await person.signIn(anna);
  // The field has the focus before the next key can come.
  const ready = await page.evaluate(async () => {
    const key = { key: "k", ctrlKey: true, bubbles: true, cancelable: true };
    document.body.dispatchEvent(new KeyboardEvent("keydown", key));
    await new Promise<void>((resolve) => queueMicrotask(resolve));
    return document.activeElement?.getAttribute("role");
  });
  expect(ready).toBe("combobox");
  await page.keyboard.type("berna");
  expect(await person.dialog.getByRole("combobox").inputValue()).toBe("berna");
  await person.dialog.getByRole("option").filter({ hasText: "Bernadette" }).waitFor();
  flow();
});

test("nobody is called offline while the page connects for the first time", async () => {
  const [anna, ben] = await Promise.all([here.account("Anna"), here.account("Ben")]);
  await anna.befriend(ben);
  const conversation = await anna.writeTo(ben.username, "Before");
  const person = await here.signedIn(anna, `#/c/${conversation}`);
  await person.sees("Before");
  await person.page.addInitScript(() => {
    const seen = new Set<string>();
    Object.assign(globalThis, { __seen: seen });
    const look = (): void => {
      for (const each of document.querySelectorAll(".side-own, .head-under, .banner"))
        seen.add(each.textContent ?? "");
    };
    new MutationObserver(look).observe(document, {
      childList: true,
      subtree: true,
      characterData: true,
    });
  });
  await person.page.reload();
  await person.sees("Before");
  await person.online();
  const seen = await person.page.evaluate(() => [
    ...(globalThis as unknown as { __seen: Set<string> }).__seen,
  ]);
  expect(seen.join("|")).toMatch(/Connecting…/);
  expect(seen.filter((each) => /offline|reconnecting/i.test(each))).toEqual([]);
});
