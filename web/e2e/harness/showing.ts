// One signed-in window that goes from screen to screen.

import type { BrowserContextOptions, Page } from "playwright-core";
import { PASSWORD } from "./account.ts";
import type { Household } from "./household.ts";
import { Person } from "./person.ts";
import { type Screen, goTo, signInBlindly } from "./screens.ts";
import { NETWORK_LINES } from "./watch.ts";
import { launch } from "./world.ts";

type Browser = Awaited<ReturnType<typeof launch>>;
type Kept = NonNullable<Exclude<BrowserContextOptions["storageState"], string>>;

/** Signs in once for every kind of window. */
export class Showing {
  readonly #browser: Browser;
  readonly #url: string;
  readonly #household: Household;
  #kept: Kept | undefined;

  private constructor(browser: Browser, url: string, household: Household) {
    this.#browser = browser;
    this.#url = url;
    this.#household = household;
  }

  /** Opens the browser. */
  static async begin(url: string, household: Household): Promise<Showing> {
    return new Showing(await launch(), url, household);
  }

  async end(): Promise<void> {
    await this.#browser.close();
  }

  /** Shows a screen in a window of its own, and gives what the page did unasked. */
  async show(
    screen: Screen,
    options: BrowserContextOptions,
    look: (page: Page) => Promise<void>,
  ): Promise<readonly string[]> {
    const kept = screen.outside ? undefined : await this.#signedIn();
    const person = await Person.arrive(this.#browser, this.#url, {
      ...options,
      ...(kept ? { storageState: kept } : {}),
    });
    try {
      if (screen.offline) person.watch.tolerate(NETWORK_LINES);
      await goTo(person.page, this.#url, screen, this.#household);
      await look(person.page);
      return person.watch.found;
    } finally {
      await person.context.close();
    }
  }

  async #signedIn(): Promise<Kept> {
    if (this.#kept) return this.#kept;
    const person = await Person.arrive(this.#browser, this.#url);
    await person.page.goto(this.#url);
    await signInBlindly(person.page, this.#household.me.username, PASSWORD);
    this.#kept = await person.context.storageState();
    await person.context.close();
    return this.#kept;
  }
}
