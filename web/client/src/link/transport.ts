// What carries frames. The three rungs of the ladder look the same from here.

import type { Environment } from "../environment.ts";
import type { CommandFrame, ServerFrame } from "../generated/protocol.ts";

/** What opening needs. */
export interface Attempt {
  readonly environment: Environment;
  /** The server's origin; "" for the page's own. */
  readonly url: string;
  readonly token: string;
  /** The cursor to resume from. */
  readonly resume: string | undefined;
}

/** What a transport tells. Nothing more after `closed`. */
export interface TransportListener {
  /** A frame came. */
  frame(frame: ServerFrame): void;
  /** The mailbox goes on after the cursor, without a `hello` frame. */
  resumed(): void;
  /** Something came that is no frame: the server lives. */
  alive(): void;
  /** It is over. Codes are those of the WebSocket closing (RFC 6455 §7.4, 4000 up are ours). */
  closed(code: number): void;
}

/** A connection, or an attempt at one. */
export interface Transport {
  /** Sends a command; its reply comes as a frame. */
  send(frame: CommandFrame): void;
  /** Closes without telling the listener. */
  close(): void;
}

/** Opens a transport; it tells by itself when it is open. */
export type OpenTransport = (attempt: Attempt, listener: TransportListener) => Transport;

/** The connection was lost, or was never there. */
export const CLOSED_BY_NETWORK = 1006;

/** What was sent is not understood: the cursor, when it is the first thing. */
export const CLOSED_PROTOCOL_ERROR = 4400;

/** The token is not valid. */
export const CLOSED_SIGNED_OUT = 4401;

/** The code for an HTTP answer that is no success. */
export function codeOfStatus(status: number): number {
  if (status === 401) return CLOSED_SIGNED_OUT;
  return status === 400 ? CLOSED_PROTOCOL_ERROR : CLOSED_BY_NETWORK;
}

/** Reads what the server sent; undefined when it is none of the protocol. */
export function parseFrame(text: string): ServerFrame | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && "type" in value
      ? (value as ServerFrame)
      : undefined;
  } catch {
    return undefined;
  }
}
