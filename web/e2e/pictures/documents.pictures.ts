// Takes the pictures of the documents, into `docs/`. Only when asked: `DOCUMENTS=1 npm run screenshots`.

import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, test } from "vitest";
import { PASSWORD } from "../harness/account.ts";
import { Person } from "../harness/person.ts";
import { settled, signInBlindly } from "../harness/screens.ts";
import { Server } from "../harness/server.ts";
import { launch } from "../harness/world.ts";
import { type Story, tell } from "./story.ts";

const DOCS = fileURLToPath(new URL("../../../docs/", import.meta.url));
const WIDE = { viewport: { width: 1200, height: 720 } } as const;
const PHONE = { viewport: { width: 390, height: 780 }, isMobile: true, hasTouch: true } as const;

interface Picture {
  readonly file: string;
  readonly where: "group" | "direct" | "japanese" | "list";
  readonly options: BrowserContextOptions;
}

const PICTURES: readonly Picture[] = [
  { file: "picture.png", where: "group", options: WIDE },
  { file: "pictures/dark.png", where: "group", options: { ...WIDE, colorScheme: "dark" } },
  { file: "pictures/japanese.png", where: "japanese", options: { ...WIDE, locale: "ja-JP" } },
  { file: "pictures/phone.png", where: "direct", options: PHONE },
  { file: "pictures/phone-list.png", where: "list", options: PHONE },
];

let server: Server;
let browser: Awaited<ReturnType<typeof launch>>;
let story: Story;

beforeAll(async () => {
  [server, browser] = await Promise.all([Server.start(), launch()]);
  story = await tell(server.url);
  const { page } = await Person.arrive(browser, server.url);
  await page.goto(server.url);
  await signInBlindly(page, story.friend.username, PASSWORD);
  await mkdir(`${DOCS}pictures`, { recursive: true });
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

test.runIf(process.env.DOCUMENTS).for(PICTURES)("$file", async ({ file, where, options }) => {
  const { page } = await Person.arrive(browser, server.url, options);
  await page.goto(server.url);
  await signInBlindly(page, story.me.username, PASSWORD);
  const go = (hash: string): Promise<void> =>
    page.evaluate((next) => {
      location.hash = next;
    }, hash);
  // The offer of notifications stands above an open conversation.
  await go(`#/c/${story.direct}`);
  await page.locator(".banner-offer button").last().click();
  await go(where === "list" ? "#/" : `#/c/${story[where]}`);
  await page
    .locator(where === "list" ? "#conversations .row" : "article")
    .last()
    .waitFor();
  await page.locator("#conversations .ring-active").first().waitFor({ state: "attached" });
  await page.mouse.move(options.viewport?.width ?? 0, 0);
  await settled(page);
  await page.screenshot({ path: `${DOCS}${file}` });
});
