// What a page must never do, noted while a test runs.

import type { BrowserContext, Page } from "playwright-core";

/** Refused by the page's Content Security Policy. */
interface Violation {
  readonly directive: string;
  readonly blocked: string;
}

/** A line of a page's console that a test brings about itself, such as that of a lost connection. */
export const NETWORK_LINES =
  /net::ERR_|WebSocket connection to|Failed to load resource|ERR_INTERNET/;

/** Watches every page of a browser context. */
export class Watch {
  readonly #found: string[] = [];
  readonly #tolerated: RegExp[] = [];

  /** Begins to watch; `origin` is the only place that may be asked for anything. */
  static async over(context: BrowserContext, origin: string): Promise<Watch> {
    const watch = new Watch();
    await context.exposeBinding("__violation", (_, { directive, blocked }: Violation) => {
      watch.#note(`refused by policy: ${directive} ${blocked}`);
    });
    await context.addInitScript(() => {
      const tell = (globalThis as unknown as { __violation: (found: object) => void }).__violation;
      document.addEventListener("securitypolicyviolation", (event) => {
        tell({
          directive: event.effectiveDirective,
          blocked: `${event.blockedURI} ${event.sample}`,
        });
      });
    });
    context.on("request", (request) => {
      const url = new URL(request.url());
      const own = url.origin === origin || ["data:", "blob:"].includes(url.protocol);
      if (!own) watch.#note(`asked elsewhere: ${request.url()}`);
    });
    context.on("page", (page) => watch.#follow(page));
    return watch;
  }

  /** Lines that match belong to what the test does. */
  tolerate(...lines: RegExp[]): void {
    this.#tolerated.push(...lines);
  }

  /** Forgets what was found, and what was tolerated. */
  clear(): void {
    this.#found.length = 0;
    this.#tolerated.length = 0;
  }

  /** Everything that should not have happened. */
  get found(): readonly string[] {
    return this.#found.filter((each) => !this.#tolerated.some((line) => line.test(each)));
  }

  #follow(page: Page): void {
    page.on("pageerror", (error) => this.#note(`not caught: ${error.stack ?? error.message}`));
    page.on("console", (line) => {
      const kind = line.type();
      if (kind === "error" || kind === "warning")
        this.#note(`${kind}: ${line.text()} (${line.location().url})`);
    });
    page.on("crash", () => this.#note("the page crashed"));
  }

  #note(found: string): void {
    this.#found.push(found);
  }
}
