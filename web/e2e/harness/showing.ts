// Windows that go from screen to screen: one for each kind of window, signed in once.

import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { PASSWORD } from "./account.ts";
import { type Household, moveIn } from "./household.ts";
import { Person } from "./person.ts";
import { goTo, type Screen, signInBlindly } from "./screens.ts";
import { Server } from "./server.ts";
import { NETWORK_LINES } from "./watch.ts";
import { launch } from "./world.ts";

type Kept = NonNullable<Exclude<BrowserContextOptions["storageState"], string>>;

/** Strangers have to ask here, so that there is something to answer. */
const SETTINGS = { SWITCHBOARD_ACCOUNTS_STRANGERS: "request" } as const;

/** A server with some life in it, and windows to look through. */
export class Showing {
  readonly #server: Server;
  readonly #browser: Browser;
  readonly #household: Household;
  readonly #windows = new Map<string, Person>();
  #kept: Kept | undefined;

  private constructor(server: Server, browser: Browser, household: Household) {
    this.#server = server;
    this.#browser = browser;
    this.#household = household;
  }

  /** Moves in. */
  static async begin(): Promise<Showing> {
    const [server, browser] = await Promise.all([Server.start(SETTINGS), launch()]);
    return new Showing(server, browser, await moveIn(server.url));
  }

  async end(): Promise<void> {
    await this.#browser.close();
    await this.#server.stop();
  }

  /** Shows a screen, and gives what the page did unasked while one looked. */
  async show(
    screen: Screen,
    options: BrowserContextOptions,
    look: (page: Page) => Promise<void>,
  ): Promise<readonly string[]> {
    const window = await this.#window(screen.outside === true, options);
    window.watch.clear();
    if (screen.offline) window.watch.tolerate(NETWORK_LINES);
    try {
      await goTo(window.page, this.#server.url, screen, this.#household);
      await look(window.page);
      return window.watch.found;
    } finally {
      if (screen.offline) await window.context.setOffline(false);
      if (options.viewport) await window.page.setViewportSize(options.viewport);
      if (options.colorScheme) await window.page.emulateMedia({ colorScheme: options.colorScheme });
    }
  }

  async #window(outside: boolean, options: BrowserContextOptions): Promise<Person> {
    const kind = JSON.stringify([outside, options]);
    const before = this.#windows.get(kind);
    if (before) return before;
    const kept = outside ? {} : { storageState: await this.#signedIn() };
    const made = await Person.arrive(this.#browser, this.#server.url, { ...options, ...kept });
    this.#windows.set(kind, made);
    return made;
  }

  async #signedIn(): Promise<Kept> {
    if (this.#kept) return this.#kept;
    const person = await Person.arrive(this.#browser, this.#server.url);
    await person.page.goto(this.#server.url);
    await signInBlindly(person.page, this.#household.me.username, PASSWORD);
    this.#kept = await person.context.storageState();
    await person.context.close();
    return this.#kept;
  }
}
