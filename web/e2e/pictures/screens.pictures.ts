// Takes a picture of every screen in every theme, language and width, into `shots/`:
//   npm run screenshots                            all of them
//   SCREENS=direct,group LANGUAGES=ja npm run screenshots

import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { misplaced } from "../harness/layout.ts";
import { SCREENS } from "../harness/screens.ts";
import { Showing } from "../harness/showing.ts";

const SHOTS = fileURLToPath(new URL("../shots/", import.meta.url));
const HEIGHTS = { 1280: 800, 800: 900, 390: 844 } as const;
const LOCALES = { en: "en-GB", ja: "ja-JP", fr: "fr-FR" } as const;

/** What the environment asks for, else everything. */
function asked<T extends string>(name: string, all: readonly T[]): readonly T[] {
  const wanted = process.env[name]?.split(",");
  return wanted ? all.filter((each) => wanted.includes(each)) : all;
}

const CASES = asked(
  "SCREENS",
  SCREENS.map((each) => each.name),
).flatMap((name) =>
  asked("THEMES", ["light", "dark"]).flatMap((theme) =>
    asked("LANGUAGES", ["en", "ja", "fr"]).flatMap((language) =>
      asked("WIDTHS", ["1280", "800", "390"]).map((width) => ({ name, theme, language, width })),
    ),
  ),
);

let showing: Showing;

beforeAll(async () => {
  await mkdir(SHOTS, { recursive: true });
  showing = await Showing.begin();
});
afterAll(() => showing.end());

test.for(CASES)("$name $width $theme $language", async ({ name, theme, language, width }) => {
  const screen = SCREENS.find((each) => each.name === name);
  if (!screen) throw new Error(`there is no screen ${name}`);
  const wide = Number(width) as keyof typeof HEIGHTS;
  const narrow = wide < 600;
  const options = {
    locale: LOCALES[language as keyof typeof LOCALES],
    colorScheme: theme as "light" | "dark",
    viewport: { width: wide, height: HEIGHTS[wide] },
    hasTouch: narrow,
    isMobile: narrow,
    deviceScaleFactor: narrow ? 2 : 1,
  };
  await showing.show(screen, options, async (page) => {
    await page.screenshot({ path: `${SHOTS}${name}-${width}-${theme}-${language}.png` });
    expect(await misplaced(page)).toEqual([]);
  });
});
