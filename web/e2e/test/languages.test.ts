import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Household, moveIn } from "../harness/household.ts";
import { misplaced } from "../harness/layout.ts";
import { SCREENS } from "../harness/screens.ts";
import { Server } from "../harness/server.ts";
import { Showing } from "../harness/showing.ts";

const CATALOGUES = new URL("../../app/src/i18n/", import.meta.url);
const LANGUAGES = [
  { language: "en", locale: "en-GB" },
  { language: "ja", locale: "ja-JP" },
  { language: "fr", locale: "fr-FR" },
] as const;
const WIDTHS = [390, 800, 1280] as const;

let server: Server;
let household: Household;
let showing: Showing;
let keys: Set<string>;
let english: Map<string, string>;

beforeAll(async () => {
  const source = JSON.parse(await readFile(new URL("en.json", CATALOGUES), "utf8")) as Record<
    string,
    string
  >;
  keys = new Set(Object.keys(source));
  const sentences = Object.values(source).filter(
    (words) => !/[{}]/.test(words) && words.includes(" "),
  );
  english = new Map(sentences.map((words) => [words, words]));
  server = await Server.start();
  household = await moveIn(server.url);
  showing = await Showing.begin(server.url, household);
});
afterAll(async () => {
  await showing.end();
  await server.stop();
});

/** Every text and every name on the page. */
function words(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) found.push(walker.currentNode.textContent?.trim() ?? "");
    for (const element of document.querySelectorAll("[aria-label], [title], [placeholder]")) {
      for (const name of ["aria-label", "title", "placeholder"])
        found.push(element.getAttribute(name) ?? "");
    }
    return found.filter(Boolean);
  });
}

const CASES = LANGUAGES.flatMap(({ language, locale }) =>
  SCREENS.map((screen) => ({ name: screen.name, language, locale, screen })),
);

test.for(CASES)("$name in $language", async ({ language, locale, screen }) => {
  const unasked = await showing.show(
    screen,
    { locale, viewport: { width: 390, height: 844 } },
    async (page) => {
      expect(await page.locator("html").getAttribute("lang")).toBe(language);
      const shown = await words(page);
      expect(
        shown.filter(
          (each) =>
            keys.has(each) || (/\b[a-z]+\.[a-z]+\.[a-z]+\b(?!\/)/i.test(each) && keys.has(each)),
        ),
        "a key instead of words",
      ).toEqual([]);
      expect(
        shown.filter((each) => /\{\w+[,}]/.test(each)),
        "a value that was not filled in",
      ).toEqual([]);
      if (language !== "en")
        expect(
          shown.filter((each) => english.has(each)),
          "English among other words",
        ).toEqual([]);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: width === 390 ? 844 : 800 });
        expect(await misplaced(page), `at ${width} pixels`).toEqual([]);
      }
    },
  );
  expect(unasked).toEqual([]);
});

test("the language can be chosen on the first page and in the settings, and is kept", async () => {
  const first = SCREENS.find((each) => each.name === "first-visit");
  if (!first) throw new Error("there is no first visit");
  await showing.show(first, {}, async (page) => {
    await page.getByRole("button", { name: "日本語" }).click();
    await page.getByRole("heading", { name: "アカウント", exact: false }).first().waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("ja");
    await page.getByRole("button", { name: "Français" }).click();
    await page.locator("html[lang=fr]").waitFor();
    await page.reload();
    await page.locator("html[lang=fr]").waitFor();
  });
});
