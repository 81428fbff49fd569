import { afterAll, beforeAll, expect, test } from "vitest";
import { barriers } from "../harness/barriers.ts";
import { SCREENS, settled } from "../harness/screens.ts";
import { Showing } from "../harness/showing.ts";

let showing: Showing;
beforeAll(async () => {
  showing = await Showing.begin();
});
afterAll(() => showing.end());

test.for(SCREENS.map((screen) => [screen.name, screen] as const))(
  "%s has no barriers in either theme",
  async ([, screen]) => {
    const unasked = await showing.show(screen, { colorScheme: "light" }, async (page) => {
      expect(await barriers(page), "light").toEqual([]);
      await page.emulateMedia({ colorScheme: "dark" });
      await settled(page);
      expect(await barriers(page), "dark").toEqual([]);
    });
    expect(unasked).toEqual([]);
  },
);

test("forced colours, and no motion for those who asked for none", async () => {
  const direct = SCREENS.find((each) => each.name === "direct");
  if (!direct) throw new Error("there is no direct conversation to show");
  const options = { forcedColors: "active", reducedMotion: "reduce" } as const;
  await showing.show(direct, options, async (page) => {
    expect(await barriers(page)).toEqual([]);
    await page.locator(".composer button").first().click();
    await page.locator("[popover]:popover-open").waitFor();
    const moving = await page.evaluate(() => {
      const lasting = (each: Animation) =>
        Number(each.effect?.getComputedTiming().duration ?? 0) > 1;
      return document.getAnimations().filter(lasting).length;
    });
    expect(moving).toBe(0);
  });
});
