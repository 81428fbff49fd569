// Everything outside that the client needs, so that tests can bring their own.

/** What a timer is called by. */
export type Timer = unknown;

/** The part of a WebSocket that is used. */
export interface Socket {
  readonly readyState: number;
  onopen: (() => void) | null;
  onmessage: ((message: { data: unknown }) => void) | null;
  onclose: ((close: { code: number; reason: string }) => void) | null;
  onerror: (() => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

/** Changes around the client that make a sign of life worth while. */
export type Wake = "online" | "offline" | "visible" | "hidden" | "active" | "network";

/** Talks to the other tabs. */
export interface Channel {
  post(message: unknown): void;
  close(): void;
}

/** Clock, chance, network, tabs. */
export interface Environment {
  /** Milliseconds since the epoch. */
  now(): number;
  setTimer(callback: () => void, ms: number): Timer;
  clearTimer(timer: Timer): void;
  /** From 0 to below 1. */
  random(): number;
  /** A UUID; version 7, so that ids sort by time. */
  uuid(): string;
  fetch(input: string, init?: RequestInit): Promise<Response>;
  /** Undefined where there are no WebSockets. */
  socket: ((url: string, protocols: string[]) => Socket) | undefined;
  /** Tells of {@link Wake}s; returns how to stop. */
  watch(listener: (wake: Wake) => void): () => void;
  /** False when the system knows that there is no network. */
  isOnline(): boolean;
  isVisible(): boolean;
  /** Takes a lock that all tabs share; undefined where there are none. See `share/`. */
  lock:
    | ((name: string, held: () => Promise<void>, options: LockRequest) => Promise<void>)
    | undefined;
  /** Opens a channel to the other tabs; undefined where there are none. */
  channel: ((name: string, listener: (message: unknown) => void) => Channel) | undefined;
  /** Small things to remember for all tabs, such as the rung that worked. */
  remember: { get(key: string): string | undefined; set(key: string, value: string): void };
}

/** How to take a lock. */
export interface LockRequest {
  /** Take it from whoever holds it. */
  readonly steal?: boolean | undefined;
  /** Gives up waiting. */
  readonly signal?: AbortSignal | undefined;
}
