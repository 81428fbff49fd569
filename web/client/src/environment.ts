// Everything outside that the client needs, so that tests can bring their own.

/** What a timer is called by. */
export type Timer = unknown;

/** The part of a WebSocket that is used. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((message: { data: unknown }) => void) | null;
  onclose: ((close: { code: number; reason: string }) => void) | null;
  onerror: (() => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

/**
 * What happens around the client: the network came, went or is another one; the page was shown or
 * hidden, or is about to go; the user did something.
 */
export type Wake = "online" | "offline" | "network" | "visible" | "hidden" | "leaving" | "active";

/** Talks to the other tabs. */
export interface Channel {
  post(message: unknown): void;
  close(): void;
}

/** How to take a lock. */
export interface LockRequest {
  /** Take it from whoever holds it. */
  readonly steal?: boolean | undefined;
  /** Gives up waiting. */
  readonly signal?: AbortSignal | undefined;
}

/** Takes a lock that all tabs share and keeps it until `held` is done; rejects when it is stolen. */
export type Lock = (name: string, request: LockRequest, held: () => Promise<void>) => Promise<void>;

/** Clock, chance, network, tabs. */
export interface Environment {
  /** Milliseconds since the epoch. */
  now(): number;
  setTimer(callback: () => void, ms: number): Timer;
  clearTimer(timer: Timer): void;
  /** From 0 to below 1. */
  random(): number;
  fetch(input: string, init?: RequestInit): Promise<Response>;
  /** Undefined where there are no WebSockets. */
  readonly socket: ((url: string, protocols: string[]) => Socket) | undefined;
  /** Tells of {@link Wake}s; returns how to stop. */
  watch(listener: (wake: Wake) => void): () => void;
  /** False when the system knows that there is no network. */
  isOnline(): boolean;
  /** A person sits here: presence follows what they do. */
  readonly attended: boolean;
  /** Undefined where there are no locks. */
  readonly lock: Lock | undefined;
  /** Opens a channel to the other tabs; undefined where there are none. */
  readonly channel: ((name: string, listener: (message: unknown) => void) => Channel) | undefined;
  /** Small things to remember for all tabs, such as the rung that worked. */
  readonly memory: { get(key: string): string | undefined; set(key: string, value: string): void };
}

/** The browser's or node's own. */
export function surroundings(): Environment {
  return {
    now: () => Date.now(),
    setTimer: (callback, ms) => setTimeout(callback, ms),
    clearTimer: (timer) => clearTimeout(timer as number),
    random: () => Math.random(),
    fetch: (input, init) => globalThis.fetch(input, init),
    socket:
      typeof WebSocket === "undefined"
        ? undefined
        : (url, protocols) => new WebSocket(url, protocols) as Socket,
    watch,
    isOnline: () => typeof navigator === "undefined" || navigator.onLine !== false,
    attended: typeof document !== "undefined",
    lock: typeof document !== "undefined" && navigator.locks ? lock : undefined,
    channel:
      typeof document !== "undefined" && typeof BroadcastChannel !== "undefined"
        ? openChannel
        : undefined,
    memory: { get: recall, set: remember },
  };
}

function watch(listener: (wake: Wake) => void): () => void {
  if (typeof document === "undefined") return () => undefined;
  const stop = new AbortController();
  const options = { signal: stop.signal, passive: true, capture: true };
  const on = (target: EventTarget, type: string, wake: () => Wake) =>
    target.addEventListener(type, () => listener(wake()), options);
  on(window, "online", () => "online");
  on(window, "offline", () => "offline");
  on(window, "pagehide", () => "leaving");
  on(document, "visibilitychange", () =>
    document.visibilityState === "visible" ? "visible" : "hidden",
  );
  for (const type of ["pointerdown", "keydown", "wheel", "focus"]) {
    on(window, type, () => "active");
  }
  const { connection } = navigator as Navigator & { connection?: EventTarget };
  if (connection) on(connection, "change", () => "network");
  return () => stop.abort();
}

const lock: Lock = async (name, { steal, signal }, held) => {
  // `steal` and `signal` exclude each other (Web Locks API §3.2.1).
  const options: LockOptions = steal ? { steal } : signal ? { signal } : {};
  await navigator.locks.request(name, options, held);
};

function openChannel(name: string, listener: (message: unknown) => void): Channel {
  const channel = new BroadcastChannel(name);
  channel.onmessage = (event) => listener(event.data);
  return { post: (message) => channel.postMessage(message), close: () => channel.close() };
}

// Storage may be forbidden; then nothing is remembered.
function recall(key: string): string | undefined {
  try {
    return globalThis.localStorage?.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function remember(key: string, value: string): void {
  try {
    globalThis.localStorage?.setItem(key, value);
  } catch {
    // As above.
  }
}
