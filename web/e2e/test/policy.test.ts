import { expect, test } from "vitest";
import { world } from "../harness/world.ts";

const here = world();

test("the page may load and run only what the server itself gave", async () => {
  const person = await here.person();
  const answer = await person.page.goto(person.url);
  const policy = answer?.headers()["content-security-policy"] ?? "";
  for (const rule of ["default-src 'none'", "script-src 'self'", "connect-src 'self'"]) {
    expect(policy).toContain(rule);
  }
  expect(policy).toContain("require-trusted-types-for 'script'");
  expect(policy).not.toContain("unsafe");
  expect(answer?.headers()["x-content-type-options"]).toBe("nosniff");
  expect(answer?.headers()["referrer-policy"]).toBe("no-referrer");
});

test("what the tests watch for is seen when it happens", async () => {
  const person = await here.person();
  await person.visit();
  expect(person.watch.found).toEqual([]);
  await person.page.evaluate(() => {
    const script = document.createElement("script");
    script.append("globalThis.ran = true");
    try {
      document.head.append(script);
    } catch {
      // The browser may refuse it with an exception too.
    }
    reportError(new Error("said aloud"));
    fetch("http://127.0.0.2:9/elsewhere").catch(() => undefined);
  });
  await expect
    .poll(() => person.watch.found.join("\n"))
    .toMatch(/refused by policy: require-trusted/);
  expect(person.watch.found.join("\n")).toContain("said aloud");
  await expect.poll(() => person.watch.found.join("\n")).toMatch(/refused by policy: connect-src/);
  expect(await person.page.evaluate(() => "ran" in globalThis)).toBe(false);
  person.watch.clear();
});

test("a text full of mark-up is text", async () => {
  const [anna, ben] = await Promise.all([here.account("Anna"), here.account("<b>Ben</b>")]);
  const texts = [
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    '"><script>alert(1)</script>',
    "[link](javascript:alert(1))",
  ];
  const conversation = await ben.writeTo(anna.username, texts[0] ?? "");
  for (const text of texts.slice(1)) await ben.write(conversation, text);
  const person = await here.signedIn(anna, `#/c/${conversation}`);
  for (const text of texts) await person.sees(text);
  await person.page.getByRole("heading", { name: "<b>Ben</b>", level: 1 }).waitFor();
  expect(await person.timeline.locator("img, script").count()).toBe(0);
  expect(await person.timeline.locator('a[href^="javascript"]').count()).toBe(0);
});
