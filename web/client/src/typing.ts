// Telling that the user writes: seldom, and an end to it.

import type { Environment, Timer } from "./environment.ts";

/** The others are told again after so long, in milliseconds. */
const REPEAT_MS = 3_000;

/** Without a key press for so long, the user stopped, in milliseconds. */
const STOP_MS = 5_000;

/** Throttles typing signals; one conversation at a time. */
export class TypingTeller {
  readonly #environment: Environment;
  readonly #tell: (conversation: string, active: boolean) => void;
  #conversation: string | undefined;
  #toldAt = 0;
  #timer: Timer | undefined;

  constructor(environment: Environment, tell: (conversation: string, active: boolean) => void) {
    this.#environment = environment;
    this.#tell = tell;
  }

  /** A key was pressed. */
  press(conversation: string): void {
    if (this.#conversation !== undefined && this.#conversation !== conversation) {
      this.stop(this.#conversation);
    }
    const now = this.#environment.now();
    if (this.#conversation === undefined || now - this.#toldAt >= REPEAT_MS) {
      this.#toldAt = now;
      this.#tell(conversation, true);
    }
    this.#conversation = conversation;
    this.#clear();
    this.#timer = this.#environment.setTimer(() => this.stop(conversation), STOP_MS);
  }

  /** The user stopped without sending. */
  stop(conversation: string): void {
    if (this.#conversation === conversation) this.#tell(conversation, false);
    this.sent(conversation);
  }

  /** The message was sent, which tells the others by itself. */
  sent(conversation: string): void {
    if (this.#conversation !== conversation) return;
    this.#conversation = undefined;
    this.#clear();
  }

  #clear(): void {
    if (this.#timer !== undefined) this.#environment.clearTimer(this.#timer);
    this.#timer = undefined;
  }
}
