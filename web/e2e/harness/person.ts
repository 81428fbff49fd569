// Someone at a browser, who finds things by what they are called on the screen.

import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Locator,
  Page,
} from "playwright-core";
import { type Account, PASSWORD } from "./account.ts";
import { Watch } from "./watch.ts";

/** A browser of one's own: nothing is shared with others. */
export class Person {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly watch: Watch;
  readonly url: string;
  #account: Account | undefined;

  private constructor(context: BrowserContext, page: Page, watch: Watch, url: string) {
    this.context = context;
    this.page = page;
    this.watch = watch;
    this.url = url;
  }

  /** Sits down before a browser. */
  static async arrive(
    browser: Browser,
    url: string,
    options: BrowserContextOptions = {},
  ): Promise<Person> {
    const usual = {
      locale: "en-GB",
      timezoneId: "Europe/Paris",
      viewport: { width: 1280, height: 800 },
    };
    const context = await browser.newContext({ ...usual, ...options });
    context.setDefaultTimeout(20_000);
    const watch = await Watch.over(context, new URL(url).origin);
    const page = await context.newPage();
    return new Person(context, page, watch, url);
  }

  /** Who signed in. */
  get account(): Account {
    if (!this.#account) throw new Error("nobody has signed in");
    return this.#account;
  }

  /** Opens the page at an address such as `#/c/12`. */
  async visit(hash = ""): Promise<void> {
    await this.page.goto(`${this.url}/${hash}`);
    await this.page.locator("html[data-ready=true]").waitFor();
  }

  /** Makes an account on the first page. */
  async register(username: string, name: string): Promise<void> {
    await this.visit();
    const { page } = this;
    await page.getByRole("heading", { name: "Create an account" }).waitFor();
    await page.getByLabel("Username", { exact: true }).fill(username);
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByLabel("Name (optional)").fill(name);
    await page.getByRole("button", { name: "Create an account" }).click();
    await this.sidebar.waitFor();
  }

  /** Signs in with an account that is there, and opens an address. */
  async signIn(account: Account, hash = ""): Promise<void> {
    this.#account = account;
    await this.visit(hash);
    const { page } = this;
    const already = page.getByRole("button", { name: "Already have an account? Sign in" });
    const heading = page.getByRole("heading", { name: "Sign in" });
    await already.or(heading).first().waitFor();
    if (await already.isVisible()) await already.click();
    await page.getByLabel("Username", { exact: true }).fill(account.username);
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await this.sidebar.waitFor();
    await this.online();
  }

  get sidebar(): Locator {
    return this.page.getByRole("navigation", { name: "Conversations" });
  }

  get panel(): Locator {
    return this.page.getByRole("complementary", { name: "Details" });
  }

  get timeline(): Locator {
    return this.page.getByRole("log");
  }

  /** Above the first message that was unread when the conversation was opened. */
  get divider(): Locator {
    return this.timeline.getByText("New messages", { exact: true });
  }

  get composer(): Locator {
    return this.page.getByLabel(/^Message to /);
  }

  get dialog(): Locator {
    return this.page.getByRole("dialog").last();
  }

  get banner(): Locator {
    return this.page
      .getByRole("status")
      .filter({ has: this.page.getByRole("button", { name: "Try now" }) });
  }

  /** Waits until the connection is there. */
  async online(): Promise<void> {
    await this.sidebar.getByText("Online", { exact: true }).waitFor();
  }

  /** Waits until it is known to be away. */
  async offline(): Promise<void> {
    await this.sidebar.getByText("Offline", { exact: true }).waitFor();
  }

  /** A conversation of the list, by its title. */
  row(title: string): Locator {
    return this.sidebar
      .getByRole("listitem")
      .filter({ has: this.page.getByText(title, { exact: true }) });
  }

  /** Opens a conversation of the list. */
  async open(title: string): Promise<void> {
    await this.row(title).getByRole("link").click();
    await this.timeline.waitFor();
  }

  /** Writes and sends. */
  async say(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press("Enter");
  }

  /** A message of the open conversation, by its text. */
  message(text: string): Locator {
    return this.timeline.getByRole("article").filter({ hasText: text });
  }

  /** The text of every message of the open conversation, from the oldest. */
  async texts(): Promise<string[]> {
    return this.timeline.getByRole("article").locator(".body").allInnerTexts();
  }

  /** Waits until a message is there. */
  async sees(text: string): Promise<void> {
    await this.message(text).first().waitFor();
  }

  /** What the own message says of how far it came. */
  tick(text: string, words: string): Locator {
    return this.message(text).getByText(words, { exact: true });
  }

  /** Answers a question that was asked in a dialog. */
  async confirm(title: string, answer: string): Promise<void> {
    const question = this.page.getByRole("dialog", { name: title });
    await question.getByRole("button", { name: answer, exact: true }).click();
    await question.waitFor({ state: "detached" });
  }

  /** Does something with a message by the menu beside it. */
  async act(text: string, action: string): Promise<void> {
    const message = this.message(text);
    await message.hover();
    await message.getByRole("button", { name: "More", exact: true }).click();
    await this.page.getByRole("menuitem", { name: action, exact: true }).click();
  }
}
