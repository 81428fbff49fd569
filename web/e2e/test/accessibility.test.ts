import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Household, moveIn } from "../harness/household.ts";
import { SCREENS } from "../harness/screens.ts";
import { Server } from "../harness/server.ts";
import { Showing } from "../harness/showing.ts";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

let server: Server;
let household: Household;
let showing: Showing;
let source: string;

beforeAll(async () => {
  source = await readFile(AXE, "utf8");
  server = await Server.start();
  household = await moveIn(server.url);
  showing = await Showing.begin(server.url, household);
});
afterAll(async () => {
  await showing.end();
  await server.stop();
});

/** What a screen reader or weak eyes would stumble over. */
async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(source);
  const { violations } = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run: (options: object) => Promise<AxeResults> };
    };
    return axe.run({ resultTypes: ["violations"] });
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      (node) =>
        `${id}: ${node.html.slice(0, 160)} ${node.failureSummary?.split("\n")[1]?.trim() ?? ""}`,
    ),
  );
}

const THEMES = ["light", "dark"] as const;
const CASES = THEMES.flatMap((theme) =>
  SCREENS.map((screen) => ({ theme, screen, name: screen.name })),
);

test.for(CASES)("$name in $theme has no barriers", async ({ theme, screen }) => {
  const unasked = await showing.show(screen, { colorScheme: theme }, async (page) => {
    expect(await barriers(page)).toEqual([]);
  });
  expect(unasked).toEqual([]);
});

test("forced colours, and no motion for those who asked for none", async () => {
  const direct = SCREENS.find((each) => each.name === "direct") ?? SCREENS[0];
  if (!direct) throw new Error("there are no screens");
  await showing.show(direct, { forcedColors: "active", reducedMotion: "reduce" }, async (page) => {
    expect(await barriers(page)).toEqual([]);
    await page.locator(".composer button").first().click();
    await page.locator("[popover]:popover-open").waitFor();
    const moving = await page.evaluate(
      () =>
        document
          .getAnimations()
          .filter((each) => Number(each.effect?.getComputedTiming().duration ?? 0) > 1).length,
    );
    expect(moving).toBe(0);
  });
});
