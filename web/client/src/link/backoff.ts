// How long to wait before the next attempt.

/** The first and the last cap of the wait, in milliseconds. */
const FIRST_MS = 500;
const LAST_MS = 20_000;

/** A connection that held so long (milliseconds) begins the waits anew when it is lost. */
const STEADY_MS = 10_000;

/** Waits that double their cap, with full jitter: everyone comes back at another moment. */
export class Backoff {
  readonly #random: () => number;
  #failures = 0;
  #onlineAt: number | undefined;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** The connection is there. */
  online(now: number): void {
    this.#onlineAt = now;
  }

  /** The connection was lost or did not come about: how long to wait, in milliseconds. */
  next(now: number): number {
    if (this.#onlineAt !== undefined && now - this.#onlineAt >= STEADY_MS) this.#failures = 0;
    this.#onlineAt = undefined;
    const cap = Math.min(LAST_MS, FIRST_MS * 2 ** this.#failures);
    this.#failures += 1;
    return Math.round(this.#random() * cap);
  }

  /** Begins anew. */
  reset(): void {
    this.#failures = 0;
  }
}
