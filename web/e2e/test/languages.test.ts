import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { misplaced } from "../harness/layout.ts";
import { SCREENS } from "../harness/screens.ts";
import { Showing } from "../harness/showing.ts";

const CATALOGUES = new URL("../../app/src/i18n/", import.meta.url);
const LANGUAGES = [
  { language: "en", locale: "en-GB" },
  { language: "ja", locale: "ja-JP" },
  { language: "fr", locale: "fr-FR" },
] as const;
const PHONE = { width: 390, height: 844 };
const SIZES = [PHONE, { width: 800, height: 900 }, { width: 1280, height: 800 }] as const;

let showing: Showing;
let keys: ReadonlySet<string>;
/** By language, the English sentences that it says in other words. */
let foreign: ReadonlyMap<string, ReadonlySet<string>>;

beforeAll(async () => {
  const [english, ...others] = await Promise.all(LANGUAGES.map((each) => catalogue(each.language)));
  if (!english) throw new Error("there is no English catalogue");
  keys = new Set(Object.keys(english));
  foreign = new Map(
    others.map((own, index) => {
      const translated = Object.entries(english).filter(([key, said]) => own[key] !== said);
      const sentences = translated.flatMap(([, said]) => (/ /.test(said) ? [said] : []));
      return [LANGUAGES[index + 1]?.language ?? "", new Set(sentences)];
    }),
  );
  showing = await Showing.begin();
});
afterAll(() => showing.end());

async function catalogue(language: string): Promise<Record<string, string>> {
  return JSON.parse(await readFile(new URL(`${language}.json`, CATALOGUES), "utf8"));
}

/** Every text and every name on the page. */
function words(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) found.push(walker.currentNode.textContent?.trim() ?? "");
    const names = ["aria-label", "title", "placeholder"];
    for (const element of document.querySelectorAll("[aria-label], [title], [placeholder]")) {
      for (const name of names) found.push(element.getAttribute(name) ?? "");
    }
    return found.filter(Boolean);
  });
}

const CASES = LANGUAGES.flatMap((each) =>
  SCREENS.map((screen) => [screen.name, each.language, each.locale, screen] as const),
);

test.for(CASES)("%s in %s", async ([, language, locale, screen]) => {
  const unasked = await showing.show(screen, { locale, viewport: PHONE }, async (page) => {
    expect(await page.locator("html").getAttribute("lang")).toBe(language);
    const shown = await words(page);
    expect(
      shown.filter((each) => keys.has(each)),
      "a key instead of words",
    ).toEqual([]);
    expect(
      shown.filter((each) => /\{\w+[,}]/.test(each)),
      "a value that was not filled in",
    ).toEqual([]);
    expect(
      shown.filter((each) => foreign.get(language)?.has(each)),
      "English among other words",
    ).toEqual([]);
    for (const size of SIZES) {
      await page.setViewportSize(size);
      expect(await misplaced(page), `at ${size.width} pixels`).toEqual([]);
    }
  });
  expect(unasked).toEqual([]);
});

test("the language is chosen on the first page, and kept", async () => {
  const first = SCREENS.find((each) => each.name === "first-visit");
  if (!first) throw new Error("there is no first visit to show");
  await showing.show(first, {}, async (page) => {
    await page.getByRole("button", { name: "日本語" }).click();
    await page.locator("html[lang=ja]").waitFor();
    await page.getByRole("button", { name: "Français" }).click();
    await page.locator("html[lang=fr]").waitFor();
    await page.reload();
    await page.locator("html[lang=fr]").waitFor();
    await page.getByRole("button", { name: "English" }).click();
    await page.locator("html[lang=en]").waitFor();
  });
});
