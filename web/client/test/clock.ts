import type { Environment, Timer, Wake } from "../src/environment.ts";

/** A clock that goes only when told, with the timers set by it. */
export class FakeClock {
  time = Date.UTC(2026, 10, 20, 9, 0, 0);
  #timers = new Map<number, { due: number; callback: () => void }>();
  #last = 0;

  set(callback: () => void, ms: number): Timer {
    this.#timers.set(++this.#last, { due: this.time + Math.max(0, ms), callback });
    return this.#last;
  }

  clear(timer: Timer): void {
    this.#timers.delete(timer as number);
  }

  /** Lets time pass, timer by timer; promises settle in between. */
  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    await settle();
    for (;;) {
      const next = [...this.#timers].sort((a, b) => a[1].due - b[1].due)[0];
      if (!next || next[1].due > end) break;
      this.#timers.delete(next[0]);
      this.time = Math.max(this.time, next[1].due);
      next[1].callback();
      await settle();
    }
    this.time = end;
  }
}

/** Lets promises that can go on do so. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => nextTurn(resolve));
}

/** An environment on a fake clock, without network or tabs unless given. */
export function fakeEnvironment(
  clock: FakeClock,
  parts: Partial<Environment> = {},
): Environment & { wake(wake: Wake): void; memo: Map<string, string> } {
  const memo = new Map<string, string>();
  const watchers = new Set<(wake: Wake) => void>();
  return {
    now: () => clock.time,
    setTimer: (callback, ms) => clock.set(callback, ms),
    clearTimer: (timer) => clock.clear(timer),
    random: () => 0.5,
    fetch: () => Promise.reject(new Error("no network")),
    socket: undefined,
    watch: (listener) => {
      watchers.add(listener);
      return () => watchers.delete(listener);
    },
    isOnline: () => true,
    attended: false,
    lock: undefined,
    channel: undefined,
    memory: { get: (key) => memo.get(key), set: (key, value) => void memo.set(key, value) },
    ...parts,
    memo,
    wake: (wake) => {
      for (const each of watchers) each(wake);
    },
  };
}

/** node's turn of the event loop, which is much shorter than the shortest timer. */
const nextTurn = (
  globalThis as unknown as { setImmediate: (callback: (value?: unknown) => void) => void }
).setImmediate;
