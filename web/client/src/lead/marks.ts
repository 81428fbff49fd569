// Read and delivered marks: the latest of each conversation, a few at a time.

import type { Environment, Timer } from "../environment.ts";
import { asClientError } from "../error.ts";

/** How long marks of a conversation are collected, in milliseconds. */
const COLLECT_MS = 1_000;

/** Sends the highest mark of each conversation, at most one a second, one at a time. */
export class Marks {
  readonly #environment: Environment;
  readonly #send: (conversation: string, seq: number) => Promise<unknown>;
  readonly #wanted = new Map<string, number>();
  readonly #told = new Map<string, number>();
  #timer: Timer | undefined;
  #running = false;
  #stopped = false;

  constructor(
    environment: Environment,
    send: (conversation: string, seq: number) => Promise<unknown>,
  ) {
    this.#environment = environment;
    this.#send = send;
  }

  /** A conversation was read, or received, up to a place. */
  mark(conversation: string, seq: number): void {
    const high = Math.max(this.#wanted.get(conversation) ?? 0, this.#told.get(conversation) ?? 0);
    if (seq <= high || this.#stopped) return;
    this.#wanted.set(conversation, seq);
    this.#arm(COLLECT_MS);
  }

  /** Sends what was collected without waiting, because the page may go. */
  flush(): void {
    void this.#run();
  }

  /** Another log began: what was told does not count. */
  forget(): void {
    this.#wanted.clear();
    this.#told.clear();
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== undefined) this.#environment.clearTimer(this.#timer);
  }

  #arm(ms: number): void {
    if (this.#timer !== undefined || this.#running) return;
    this.#timer = this.#environment.setTimer(() => {
      this.#timer = undefined;
      void this.#run();
    }, ms);
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    let pause = COLLECT_MS;
    for (const [conversation, seq] of [...this.#wanted]) {
      if (this.#stopped) break;
      this.#wanted.delete(conversation);
      this.#told.set(conversation, seq);
      try {
        await this.#send(conversation, seq);
      } catch (thrown) {
        const error = asClientError(thrown);
        if (!error.retryable) continue;
        this.#told.delete(conversation);
        this.#wanted.set(conversation, Math.max(seq, this.#wanted.get(conversation) ?? 0));
        pause = error.retry_after_ms ?? 5 * COLLECT_MS;
        break;
      }
    }
    this.#running = false;
    if (this.#wanted.size > 0 && !this.#stopped) this.#arm(pause);
  }
}
