import type { Environment, Timer } from "../environment.ts";
import type { State } from "../state.ts";

/** Acknowledge after so many events… */
const EVENTS = 64;
/** …or so long after the first of them, in milliseconds. */
const IDLE_MS = 10_000;

/** Tells the server how far it may forget the mailbox: what is stored here. */
export class Acker {
  readonly #environment: Environment;
  readonly #ack: (n: number) => void;
  #mailbox: string | undefined;
  #acked = 0;
  #stored = 0;
  #timer: Timer | undefined;

  constructor(environment: Environment, ack: (n: number) => void) {
    this.#environment = environment;
    this.#ack = ack;
  }

  /** Everything up to a place is stored. */
  stored(cursor: State["cursor"]): void {
    if (!cursor) return;
    if (cursor.mailbox !== this.#mailbox) {
      this.#mailbox = cursor.mailbox;
      this.#acked = 0;
    }
    this.#stored = cursor.n;
    if (this.#stored - this.#acked >= EVENTS) this.#tell();
    else if (this.#stored > this.#acked) {
      this.#timer ??= this.#environment.setTimer(() => this.#tell(), IDLE_MS);
    }
  }

  stop(): void {
    if (this.#timer !== undefined) this.#environment.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #tell(): void {
    this.stop();
    this.#acked = this.#stored;
    this.#ack(this.#stored);
  }
}
