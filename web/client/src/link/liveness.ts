// Is the server still there? A dead link often looks like a quiet one.

import type { Environment, Timer } from "../environment.ts";

/** Added to the server's interval before silence is suspicious, in milliseconds. */
const PATIENCE_MS = 10_000;

/** How long a sign of life may take, in milliseconds. */
const PROBE_MS = 5_000;

/** Silence after which a stream that only comes down is opened anew rather than asked. */
const STREAM_QUIET_MS = 20_000;

/** What {@link Liveness} needs of the link. */
export interface LivenessOptions {
  readonly environment: Environment;
  /** The interval that the server asked for, in milliseconds. */
  readonly intervalMs: number;
  /** The same connection carries both ways, so that an answer proves that it lives. */
  readonly twoWay: boolean;
  /** Asks for a sign of life. */
  readonly ping: () => void;
  /** There was none. */
  readonly dead: () => void;
}

/** Watches one connection until it is stopped. */
export class Liveness {
  readonly #options: LivenessOptions;
  #heardAt: number;
  #sentAt: number;
  #probeAt: number | undefined;
  #timer: Timer | undefined;

  constructor(options: LivenessOptions) {
    this.#options = options;
    this.#heardAt = this.#sentAt = options.environment.now();
    this.#arm();
  }

  /** Something came down. */
  heard(): void {
    this.#heardAt = this.#options.environment.now();
    this.#probeAt = undefined;
  }

  /** A command was answered. Where that took another way, it says nothing of what comes down. */
  answered(): void {
    if (this.#options.twoWay) this.heard();
    this.#probeAt = undefined;
  }

  /** Something was sent. */
  sent(): void {
    this.#sentAt = this.#options.environment.now();
  }

  /** Something happened that may have cut the link: ask now. */
  probe(): void {
    if (this.#probeAt !== undefined) return;
    const { environment, twoWay, ping, dead } = this.#options;
    const now = environment.now();
    if (!twoWay && now - this.#heardAt > STREAM_QUIET_MS) return dead();
    this.#probeAt = now;
    this.sent();
    ping();
    this.#arm();
  }

  stop(): void {
    if (this.#timer !== undefined) this.#options.environment.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #arm(): void {
    const { environment, intervalMs, twoWay } = this.#options;
    this.stop();
    const due = Math.min(
      this.#heardAt + intervalMs + PATIENCE_MS,
      twoWay ? this.#sentAt + intervalMs * 0.8 : Number.POSITIVE_INFINITY,
      this.#probeAt === undefined ? Number.POSITIVE_INFINITY : this.#probeAt + PROBE_MS,
    );
    this.#timer = environment.setTimer(() => this.#check(), Math.max(10, due - environment.now()));
  }

  #check(): void {
    const { environment, intervalMs, twoWay, ping, dead } = this.#options;
    const now = environment.now();
    this.#timer = undefined;
    if (this.#probeAt !== undefined && now >= this.#probeAt + PROBE_MS) return dead();
    if (now >= this.#heardAt + intervalMs + PATIENCE_MS) {
      if (!twoWay) return dead();
      if (this.#probeAt === undefined) this.#probeAt = now;
      this.sent();
      ping();
    } else if (twoWay && now >= this.#sentAt + intervalMs * 0.8) {
      this.sent();
      ping();
    }
    this.#arm();
  }
}
