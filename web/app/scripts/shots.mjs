// Takes pictures of the fixture page: every screen, width, theme and language that is asked for.
//   node scripts/shots.mjs [name-part] [--themes light,dark] [--widths 1280,800,390] [--languages en,ja,fr]
import { mkdir } from "node:fs/promises";
import { chromium } from "playwright-core";
import { createServer } from "vite";
import { SCREENS } from "./screens.mjs";

const print = globalThis.console;

const HEIGHTS = { 1280: 800, 800: 900, 390: 844 };
const NOW = new Date("2026-11-20T15:42:00.000Z");
const option = (name, usual) => {
  const at = process.argv.indexOf(`--${name}`);
  return (at < 0 ? usual : (process.argv[at + 1] ?? usual)).split(",");
};
const part = process.argv[2]?.startsWith("--") ? "" : (process.argv[2] ?? "");

const server = await createServer({
  server: { port: 0, host: "127.0.0.1" },
  logLevel: "error",
  configFile: "vite.config.ts",
});
await server.listen();
const { port } = server.httpServer.address();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
  ],
});
await mkdir("shots", { recursive: true });
for (const screen of SCREENS.filter((each) => each.name.includes(part))) {
  for (const width of option("widths", "1280").map(Number)) {
    for (const theme of option("themes", "light")) {
      for (const language of option("languages", "en")) await shoot(screen, width, theme, language);
    }
  }
}
await browser.close();
await server.close();

async function shoot(screen, width, theme, language) {
  const context = await browser.newContext({
    viewport: { width, height: HEIGHTS[width] ?? 800 },
    deviceScaleFactor: width < 600 ? 2 : 1,
    timezoneId: "Europe/Paris",
    locale: language === "en" ? "en-GB" : language,
    colorScheme: theme,
    hasTouch: width < 600,
  });
  const page = await context.newPage();
  await page.clock.setFixedTime(NOW);
  page.on("pageerror", (error) => print.error(`${screen.name}: ${error.message}`));
  page.on(
    "console",
    (line) => line.type() === "error" && print.error(`${screen.name}: ${line.text()}`),
  );
  const query = new URLSearchParams({ language, theme, ...screen.query });
  await page.goto(`http://127.0.0.1:${port}/fixtures/index.html?${query}${screen.hash ?? ""}`);
  await page.waitForSelector(".page");
  await page.waitForTimeout(350);
  await screen.act?.(page);
  await page.waitForTimeout(200);
  await page.screenshot({ path: `shots/${screen.name}-${width}-${theme}-${language}.png` });
  await context.close();
}
