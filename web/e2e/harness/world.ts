// What every test file needs: a server, a browser, people, and a close look at the end.

import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContextOptions, chromium } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { Account } from "./account.ts";
import { Person } from "./person.ts";
import { Server } from "./server.ts";

const FAILURES = fileURLToPath(new URL("../shots/failures/", import.meta.url));

/** A new window is offered nothing, tells nobody, updates nothing. */
const ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** Starts the browser of this machine. */
export function launch(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: ARGUMENTS });
}

/** The server and the browser of a test file, and the people of the running test. */
export class World {
  readonly #settings: Readonly<Record<string, string>>;
  #server: Server | undefined;
  #browser: Browser | undefined;
  readonly #people: Person[] = [];
  readonly #endings: (() => Promise<void>)[] = [];
  #names = 0;

  constructor(settings: Readonly<Record<string, string>>) {
    this.#settings = settings;
  }

  get server(): Server {
    if (!this.#server) throw new Error("the server has not been started");
    return this.#server;
  }

  get browser(): Browser {
    if (!this.#browser) throw new Error("the browser has not been started");
    return this.#browser;
  }

  /** An account that no other test has. */
  account(name: string): Promise<Account> {
    return Account.register(this.server.url, this.username(name), name);
  }

  /** A username that no other test has. */
  username(name: string): string {
    this.#names += 1;
    const letters = name
      .normalize("NFKD")
      .toLowerCase()
      .replace(/[^a-z]/g, "");
    return `${letters || "user"}.${this.#names}`;
  }

  /** Someone at the first page; `url` when a cable lies between. */
  async person(options: BrowserContextOptions = {}, url = this.server.url): Promise<Person> {
    const person = await Person.arrive(this.browser, url, options);
    this.#people.push(person);
    return person;
  }

  /** Someone who has signed in, at an address. */
  async signedIn(
    account: Account,
    hash = "",
    options: BrowserContextOptions = {},
    url = this.server.url,
  ): Promise<Person> {
    const person = await this.person(options, url);
    await person.signIn(account, hash);
    return person;
  }

  /** Does something when the running test is over. */
  atEnd(ending: () => Promise<void>): void {
    this.#endings.push(ending);
  }

  async begin(): Promise<void> {
    [this.#server, this.#browser] = await Promise.all([Server.start(this.#settings), launch()]);
  }

  async end(): Promise<void> {
    await this.#browser?.close();
    await this.#server?.stop();
  }

  /** Closes the browsers of a test; gives what they should not have done. */
  async part(test: string, failed: boolean): Promise<string[]> {
    const found = this.#people.flatMap((person) => person.watch.found);
    if (failed) await this.#keepTraces(test, found);
    for (const person of this.#people.splice(0)) await person.context.close();
    for (const ending of this.#endings.splice(0)) await ending();
    return found;
  }

  async #keepTraces(test: string, found: readonly string[]): Promise<void> {
    await mkdir(FAILURES, { recursive: true });
    const name = test.replace(/[^a-z0-9]+/gi, "-").slice(0, 80);
    for (const [index, person] of this.#people.entries()) {
      await person.page
        .screenshot({ path: `${FAILURES}${name}-${index + 1}.png`, timeout: 5000 })
        .catch(() => undefined);
    }
    process.stderr.write(
      `${test}: pictures in ${FAILURES}\n${found.join("\n")}\n${this.#server?.output ?? ""}\n`,
    );
  }
}

/** Gives a test file its world; every test is also judged by what its pages did unasked. */
export function world(settings: Readonly<Record<string, string>> = {}): World {
  const made = new World(settings);
  beforeAll(() => made.begin());
  afterEach(async ({ task }) => {
    const failed = task.result?.state === "fail";
    const found = await made.part(task.name, failed);
    if (!failed) expect(found).toEqual([]);
  });
  afterAll(() => made.end());
  return made;
}
