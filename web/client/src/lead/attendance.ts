// Is the user at this device? Any tab can tell.

import type { Environment, Timer } from "../environment.ts";

/** Without a sign of the user for so long, they are away, in milliseconds. */
const AWAY_MS = 5 * 60_000;

/** Tells `active` and `away` as they change. */
export class Attendance {
  readonly #environment: Environment;
  readonly #tell: (state: "active" | "away") => void;
  #away = false;
  #seenAt: number;
  #timer: Timer | undefined;

  constructor(environment: Environment, tell: (state: "active" | "away") => void) {
    this.#environment = environment;
    this.#tell = tell;
    this.#seenAt = environment.now();
    if (environment.attended) this.#arm(AWAY_MS);
  }

  /** The user did something. */
  seen(): void {
    this.#seenAt = this.#environment.now();
    if (!this.#away) return;
    this.#away = false;
    this.#tell("active");
    this.#arm(AWAY_MS);
  }

  /** A new mailbox begins as active. */
  online(): void {
    if (this.#away) this.#tell("away");
  }

  stop(): void {
    if (this.#timer !== undefined) this.#environment.clearTimer(this.#timer);
  }

  #arm(ms: number): void {
    this.stop();
    this.#timer = this.#environment.setTimer(() => this.#check(), ms);
  }

  #check(): void {
    const left = this.#seenAt + AWAY_MS - this.#environment.now();
    if (left > 0) return this.#arm(left);
    this.#away = true;
    this.#tell("away");
  }
}
