// Which rung to try next.

import type { Environment } from "../environment.ts";
import type { Rung } from "../state.ts";

/** How long a rung that worked is begun with, in milliseconds. */
const WINNER_MS = 30 * 60_000;

/** Every so many connects the ladder is begun at the top again. */
const CLIMB_EVERY = 4;

/** How long a rung may take to open and greet, in milliseconds. */
export const RUNG_MS: Readonly<Record<Rung, number>> = {
  websocket: 2_500,
  sse: 5_000,
  poll: 10_000,
};

/** Goes down the rungs, and up again now and then. */
export class Ladder {
  readonly #rungs: readonly Rung[];
  readonly #environment: Environment;
  readonly #key: string;
  #index = 0;
  #begun = 0;
  #failed = false;

  constructor(rungs: readonly Rung[], environment: Environment, url: string) {
    this.#rungs = rungs;
    this.#environment = environment;
    this.#key = `switchboard:rung:${url}`;
  }

  /** Begins a connect: with what worked lately, or at the top. */
  begin(climb: boolean): void {
    this.#begun += 1;
    const top = climb || this.#failed || this.#begun % CLIMB_EVERY === 0;
    this.#index = top ? 0 : Math.max(0, this.#rungs.indexOf(this.#winner() ?? "websocket"));
    this.#failed = false;
  }

  /** The rung to try now; undefined when all have failed. */
  get rung(): Rung | undefined {
    return this.#rungs[this.#index];
  }

  /** The rung did not hold: goes one down. */
  fail(): void {
    this.#index += 1;
    this.#failed = this.rung === undefined;
  }

  /** The rung holds: remembers it. */
  win(): void {
    if (this.rung)
      this.#environment.memory.set(this.#key, `${this.rung} ${this.#environment.now()}`);
  }

  /** A better rung than the present one could be tried. */
  get below(): boolean {
    return this.#index > 0;
  }

  #winner(): Rung | undefined {
    const [rung, at] = (this.#environment.memory.get(this.#key) ?? "").split(" ");
    const fresh = this.#environment.now() - Number(at) < WINNER_MS;
    return fresh ? this.#rungs.find((each) => each === rung) : undefined;
  }
}
