// The screens to take pictures of: a state of the fixtures, an address, and perhaps what to do first.
export const SCREENS = [
  { name: "welcome", query: { state: "none" } },
  {
    name: "welcome-faults",
    query: { state: "none" },
    act: (page) => page.click("button[type=submit]"),
  },
  { name: "direct", hash: "#/c/d1" },
  { name: "group", hash: "#/c/g1" },
  { name: "group-details", hash: "#/c/g1?panel=details" },
  { name: "direct-details", hash: "#/c/d1?panel=details" },
  { name: "actions", hash: "#/c/g1", act: (page) => page.hover('[data-key="#20"] .body') },
  {
    name: "menu",
    hash: "#/c/d1",
    act: async (page) => {
      await page.hover('[data-key="client-11"] .body');
      await page.click(".message-actions .action:last-of-type");
    },
  },
  {
    name: "emoji",
    hash: "#/c/d1",
    act: async (page) => {
      await page.click(".composer .icon-button");
      await page.waitForTimeout(700);
    },
  },
  {
    name: "reply",
    hash: "#/c/g1",
    act: async (page) => {
      await page.focus('[data-key="#20"]');
      await page.keyboard.press("r");
      await page.keyboard.type("@b");
      await page.waitForTimeout(300);
    },
  },
  { name: "empty-list", query: { state: "empty" } },
  { name: "loading", query: { state: "loading" } },
  { name: "empty-conversation", hash: "#/c/e1" },
  { name: "offline", query: { state: "offline" }, hash: "#/c/d1", act: offline },
  { name: "failed", query: { state: "failed" }, hash: "#/c/d1" },
  { name: "failed-removed", query: { state: "failed" }, hash: "#/c/g3" },
  { name: "failed-list", query: { state: "failed" }, hash: "#/" },
  { name: "typing", query: { state: "typing" }, hash: "#/c/d1" },
  { name: "stranger", hash: "#/c/d3" },
  { name: "blocked", hash: "#/c/d4" },
  { name: "broadcast", hash: "#/c/b1" },
  { name: "gone", hash: "#/c/none" },
  { name: "list", hash: "#/" },
  { name: "notifications", hash: "#/c/d1?panel=notifications" },
  {
    name: "search",
    hash: "#/c/g1?panel=search",
    act: async (page) => {
      await page.fill(".panel input", "line");
      await page.waitForTimeout(500);
    },
  },
  {
    name: "search-none",
    hash: "#/c/g1?panel=search",
    act: async (page) => {
      await page.fill(".panel input", "zzz");
      await page.waitForTimeout(500);
    },
  },
  {
    name: "switcher",
    hash: "#/c/g1?over=switcher",
    act: async (page) => {
      await page.fill(".switcher-field input", "li");
      await page.waitForTimeout(500);
    },
  },
  {
    name: "people",
    hash: "#/?over=people",
    act: async (page) => {
      await page.fill("dialog input", "ch");
      await page.waitForTimeout(500);
    },
  },
  { name: "contacts", hash: "#/?over=people.contacts" },
  { name: "create", hash: "#/?over=people.create" },
  { name: "discover", hash: "#/?over=people.discover" },
  { name: "settings-profile", hash: "#/?over=settings.profile" },
  { name: "settings-appearance", hash: "#/?over=settings.appearance" },
  { name: "settings-sessions", hash: "#/?over=settings.sessions" },
  { name: "settings-account", hash: "#/?over=settings.account" },
  { name: "help", hash: "#/?over=help" },
  {
    name: "versions",
    hash: "#/c/d1",
    act: async (page) => {
      await page.click(".edited");
      await page.waitForTimeout(300);
    },
  },
  { name: "compact", query: { density: "compact" }, hash: "#/c/g1" },
  { name: "long", hash: "#/c/l1" },
];

async function offline(page) {
  await page.clock.setFixedTime(new Date("2026-11-20T15:42:30.000Z"));
  await page.waitForTimeout(1300);
}
