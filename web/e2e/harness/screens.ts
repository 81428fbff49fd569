// Every screen, and how to come there in any language.

import type { Page } from "playwright-core";
import type { Household } from "./household.ts";

/** A screen to look at. */
export interface Screen {
  readonly name: string;
  /** Before anyone signs in. */
  readonly outside?: boolean;
  readonly hash?: (household: Household) => string;
  /** What is there when the screen is. */
  readonly shows: string;
  /** What to do first; nothing may depend on the language. */
  readonly act?: (page: Page) => Promise<void>;
  /** The network is away. */
  readonly offline?: boolean;
}

const reply = async (page: Page): Promise<void> => {
  const message = page.locator("article").last();
  await message.focus();
  await page.keyboard.press("r");
  await page.locator(".bound").waitFor();
};

/** All of them. */
export const SCREENS: readonly Screen[] = [
  { name: "first-visit", outside: true, shows: ".welcome form" },
  {
    name: "sign-in-errors",
    outside: true,
    shows: ".welcome form",
    act: async (page) => {
      await page.locator("button[type=submit]").click();
      await page.locator(".welcome .error").first().waitFor();
    },
  },
  { name: "list", hash: () => "#/", shows: "#conversations .row" },
  { name: "direct", hash: (home) => `#/c/${home.direct}`, shows: "article" },
  { name: "group", hash: (home) => `#/c/${home.group}`, shows: "article" },
  {
    name: "composer-reply",
    hash: (home) => `#/c/${home.direct}`,
    shows: "article",
    act: reply,
  },
  {
    name: "actions",
    hash: (home) => `#/c/${home.direct}`,
    shows: "article",
    act: async (page) => {
      await page.locator("article").last().focus();
      await page.locator(".message-actions [aria-haspopup=menu]").click();
      await page.locator("[role=menu]").waitFor();
    },
  },
  {
    name: "emoji",
    hash: (home) => `#/c/${home.direct}`,
    shows: "article",
    act: async (page) => {
      await page.locator(".composer button").first().click();
      await page.locator(".emoji-grid button").first().waitFor();
    },
  },
  { name: "empty-conversation", hash: (home) => `#/c/${home.empty}`, shows: ".timeline .empty" },
  { name: "broadcast", hash: (home) => `#/c/${home.news}`, shows: ".foot" },
  { name: "blocked", hash: (home) => `#/c/${home.blocked}`, shows: ".foot" },
  { name: "members", hash: (home) => `#/c/${home.group}?panel=details`, shows: ".panel .person" },
  { name: "profile", hash: (home) => `#/c/${home.direct}?panel=details`, shows: ".panel .profile" },
  {
    name: "search",
    hash: (home) => `#/c/${home.direct}?panel=search`,
    shows: ".panel input[type=search]",
    act: async (page) => {
      await page.locator(".panel input[type=search]").fill("line");
      await page.locator(".panel .hit").first().waitFor();
    },
  },
  {
    name: "search-nothing",
    hash: (home) => `#/c/${home.direct}?panel=search`,
    shows: ".panel input[type=search]",
    act: async (page) => {
      await page.locator(".panel input[type=search]").fill("zzzz");
      await page.locator(".panel .empty").waitFor();
    },
  },
  {
    name: "notifications",
    hash: (home) => `#/c/${home.direct}?panel=notifications`,
    shows: ".panel .hit",
  },
  {
    name: "switcher",
    hash: (home) => `#/c/${home.direct}?over=switcher`,
    shows: "[role=combobox]",
    act: async (page) => {
      await page.locator("dialog [role=combobox]").fill("li");
      await page.locator("[role=option]").first().waitFor();
    },
  },
  {
    name: "find-people",
    hash: () => "#/?over=people",
    shows: "dialog input",
    act: async (page) => {
      await page.locator("dialog input").fill("ma");
      await page.locator("dialog .person").first().waitFor();
    },
  },
  { name: "contacts", hash: () => "#/?over=people.contacts", shows: "dialog .person" },
  { name: "new-conversation", hash: () => "#/?over=people.create", shows: "dialog fieldset" },
  { name: "discover", hash: () => "#/?over=people.discover", shows: "dialog .person" },
  { name: "settings", hash: () => "#/?over=settings.profile", shows: ".settings-section" },
  {
    name: "appearance",
    hash: () => "#/?over=settings.appearance",
    shows: ".settings-section fieldset",
  },
  { name: "devices", hash: () => "#/?over=settings.sessions", shows: ".settings-section .person" },
  {
    name: "account",
    hash: () => "#/?over=settings.account",
    shows: ".settings-section .button-danger",
  },
  { name: "shortcuts", hash: () => "#/?over=help", shows: ".shortcuts" },
  { name: "japanese", hash: (home) => `#/c/${home.japanese}`, shows: "article" },
  { name: "long-log", hash: (home) => `#/c/${home.long}`, shows: "article" },
  { name: "stranger", hash: (home) => `#/c/${home.stranger}`, shows: ".foot" },
  { name: "gone", hash: () => "#/c/none", shows: ".main .empty" },
  { name: "offline", hash: (home) => `#/c/${home.direct}`, shows: "article", offline: true },
];

/** Signs in without knowing the words on the page. */
export async function signInBlindly(page: Page, username: string, password: string): Promise<void> {
  await page.locator("form [name=username]").waitFor();
  if ((await page.locator("form [name=name]").count()) > 0)
    await page.locator("form .link").click();
  await page.locator("form [name=name]").waitFor({ state: "detached" });
  await page.locator("form [name=username]").fill(username);
  await page.locator("form [name=password]").fill(password);
  await page.locator("form button[type=submit]").click();
  await page.locator("#conversations, .side-list .empty").first().waitFor();
}

/** Goes to a screen and waits until it is all there. */
export async function goTo(
  page: Page,
  origin: string,
  screen: Screen,
  household: Household,
): Promise<void> {
  const hash = screen.hash?.(household) ?? "";
  await page.goto("about:blank");
  await page.goto(`${origin}/${hash}`);
  await page.locator("html[data-ready=true]").waitFor();
  await page.locator(screen.shows).first().waitFor();
  if (!screen.outside) await page.locator(".side-own .ring-active").waitFor({ state: "attached" });
  await screen.act?.(page);
  if (screen.offline) {
    await page.context().setOffline(true);
    await page.locator(".banner:not(.banner-offer)").waitFor();
  }
  await settled(page);
}

/** Waits until nothing is loading, moving or being drawn. */
export async function settled(page: Page): Promise<void> {
  await page.locator(".skeleton").first().waitFor({ state: "detached" });
  await page.evaluate(async () => {
    await document.fonts.ready;
    await Promise.all(
      document
        .getAnimations()
        .filter((each) => each.effect?.getTiming().iterations !== Number.POSITIVE_INFINITY)
        .map((each) => each.finished.catch(() => undefined)),
    );
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
}
