// Everything that can change the state. Inputs are plain values: they travel between tabs.

import type {
  CommandType,
  EventServerFrame,
  Fields,
  HelloServerFrame,
  Reply,
  ResetServerFrame,
  SignalServerFrame,
} from "./generated/protocol.ts";
import type { ConnectionState, Draft, OutboxItem, State } from "./state.ts";
import type { Saved } from "./store/store.ts";

/** The frames that change the state by themselves; replies come with their command instead. */
export type StateFrame = HelloServerFrame | EventServerFrame | SignalServerFrame | ResetServerFrame;

/** A command that succeeded: what was asked and what came back. */
export type ReplyInput = {
  [T in CommandType]: {
    kind: "reply";
    type: T;
    fields: Fields<T>;
    ok: Reply<T>;
    /** How far the feed had been followed when it was asked. */
    feed_upto?: number | undefined;
  };
}[CommandType];

/** One step of the state. */
export type Input =
  /** What the store held. */
  | { kind: "restored"; saved: Saved }
  /** The state of the tab that holds the connection. */
  | { kind: "adopted"; state: State }
  | { kind: "connection"; connection: ConnectionState }
  /** From the server; `now` dates what expires. */
  | { kind: "frame"; frame: StateFrame; now: number }
  | ReplyInput
  /** A conversation that the server does not show (any longer). */
  | { kind: "gone"; conversation: string }
  /** A message was written, or is to be tried again. */
  | { kind: "queued"; item: OutboxItem }
  /** What became of a message; ignored when it has left the outbox. */
  | { kind: "outcome"; item: OutboxItem }
  /** A message was thrown away. */
  | { kind: "discarded"; client_id: string }
  | { kind: "draft"; key: string; draft: Draft | undefined }
  | { kind: "opened"; conversation: string }
  | { kind: "closed"; conversation: string }
  /** The user has read up to a place. */
  | { kind: "read"; conversation: string; seq: number }
  /** Time passed. */
  | { kind: "tick"; now: number };

/** Inputs that any tab may make; the others come from the server, through the leading tab. */
export function isFromUser(input: Input): boolean {
  return ["queued", "discarded", "draft", "read"].includes(input.kind);
}
