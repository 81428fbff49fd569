// What a client knows, as plain immutable values: it can be compared by identity, cloned between
// tabs and written to the store. Only `reduce` makes new ones.

import type {
  Account,
  Contact,
  Conversation,
  Event,
  MessageCreatedEvent,
  NotificationThread,
  Presence,
  Reaction,
  Time,
  User,
} from "./generated/protocol.ts";

/** Ways to reach the server, best first. */
export type Rung = "websocket" | "sse" | "poll";

/** Why the connection is as it is. */
export type ConnectionReason =
  | "starting"
  | "network" // the last attempt failed on the way
  | "no_network" // the browser says there is none
  | "dead_link" // the server did not answer a sign of life
  | "draining" // the server goes down and asked to come back
  | "closed" // the server closed without saying why
  | "slow_consumer"
  | "replaced"
  | "idle"
  | "internal"
  | "signed_out" // the token is not valid (any longer)
  | "revoked" // the session was ended from elsewhere
  | "protocol_error"
  | "stopped"; // by `close()`

/** How the connection stands. */
export interface ConnectionState {
  /**
   * `connecting`: an attempt is under way; `online`: the server answers; `offline`: waiting until
   * `retry_at`; `denied`: no attempt will be made, sign in again.
   */
  readonly state: "connecting" | "online" | "offline" | "denied";
  /** Why, while not online. */
  readonly reason?: ConnectionReason | undefined;
  /** When the next attempt begins, in milliseconds since the epoch. */
  readonly retry_at?: number | undefined;
  /** Over what, while online. */
  readonly rung?: Rung | undefined;
}

/** Limits that the server told. */
export interface Limits {
  /** The largest text of a message, in bytes of UTF-8. */
  readonly text_bytes: number;
  /** The largest frame, in bytes. */
  readonly frame_bytes: number;
}

/** A message in a timeline. */
export interface MessageRow {
  readonly kind: "message";
  /** Never changes, from the moment of sending on: `client_id` of one's own, `#seq` of others'. */
  readonly key: string;
  /** Its place; undefined until the server has it. */
  readonly seq: number | undefined;
  /** When it was committed; when it was written, until then. */
  readonly at: Time;
  /** Who wrote it. */
  readonly sender: string;
  /** It is the own user's. */
  readonly mine: boolean;
  /** The sender's id of it. */
  readonly client_id: string | undefined;
  /** The present text; empty when retracted. */
  readonly text: string;
  /** The place of the message it answers. */
  readonly reply_to: number | undefined;
  /** Whom it names. */
  readonly mentions: readonly string[];
  /** Opaque additions. */
  readonly extensions: Readonly<Record<string, unknown>>;
  /** The place of the newest edit. */
  readonly edited: number | undefined;
  /** It was taken back. */
  readonly retracted: boolean;
  /** Its reactions; `users` holds at most the first 20. */
  readonly reactions: readonly Reaction[];
  /** Up to which place of the log this row is true. */
  readonly as_of: number;
  /** While it is in the outbox. */
  readonly pending?: OutboxItem | undefined;
}

/** What else happened in a conversation: members and settings. */
export interface NoteRow {
  readonly kind: "note";
  /** `#seq`. */
  readonly key: string;
  /** Its place. */
  readonly seq: number;
  /** When. */
  readonly at: Time;
  /** The event itself; its `type` tells what. */
  readonly event: Exclude<Event, MessageCreatedEvent>;
}

/** A line of a timeline. */
export type Row = MessageRow | NoteRow;

/** The loaded, contiguous window of one conversation's log. */
export interface Timeline {
  /** What is to be shown, in order. Pending messages are not in here: see `rows()`. */
  readonly rows: readonly Row[];
  /** The window covers the log from this place… */
  readonly from: number;
  /** …to this one; `from > to`: nothing is loaded. */
  readonly to: number;
  /** Nothing older can be loaded. */
  readonly at_start: boolean;
  /** The log was followed up to this place; behind `known`, it is being caught up. */
  readonly upto: number;
}

/** A conversation as the server shows it, and how far its log is known to reach. */
export interface ConversationState extends Conversation {
  /** The highest place heard of; above `head`, a gap is being closed. */
  readonly known: number;
  /** `unread` and `mentions` were counted by the server with messages up to here. */
  readonly counted?: number;
}

/** Someone writing. */
export interface TypingUser {
  readonly user: string;
  /** When to forget it, in milliseconds since the epoch. */
  readonly until: number;
}

/** The notification feed as far as it was loaded. */
export interface NotificationsState {
  /** Newest first. */
  readonly threads: readonly NotificationThread[];
  /** Unseen items in all threads, loaded or not. */
  readonly unseen: number;
  /** Continue with `loadNotifications({more: true})`; undefined: nothing older. */
  readonly cursor: string | undefined;
  /** The first page is here and followed live. */
  readonly loaded: boolean;
}

/** Why a message was not sent. */
export interface Failure {
  /** The stable code of the error. */
  readonly code: string;
  /** For a developer's log. */
  readonly message: string;
  /** Trying again may help. */
  readonly retryable: boolean;
}

/** What is to be sent. */
export interface Outgoing {
  /** Where; or `to`. */
  readonly conversation?: string | undefined;
  /** To whom; or `conversation`. */
  readonly to?: string | undefined;
  readonly text: string;
  readonly reply_to?: number | undefined;
  readonly mentions?: readonly string[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** A message that is not in the timeline yet. */
export interface OutboxItem extends Outgoing {
  /** A UUID, version 7: identity, idempotency key and row key. */
  readonly client_id: string;
  /** When it was written. */
  readonly created_at: Time;
  /** `sent`: the server has it; its event is on the way. */
  readonly status: "queued" | "sending" | "sent" | "failed";
  /** How often it was tried. */
  readonly attempts: number;
  /** When it is tried again, in milliseconds since the epoch, after an error that may pass. */
  readonly retry_at?: number | undefined;
  /** Its place, once sent. */
  readonly seq?: number | undefined;
  /** When it was committed, once sent. */
  readonly at?: Time | undefined;
  /** Why, once failed; also the last error while it is tried again. */
  readonly failure?: Failure | undefined;
}

/** A text that was begun. */
export interface Draft {
  readonly text: string;
  readonly reply_to?: number | undefined;
  /** When it was last changed, in milliseconds since the epoch. */
  readonly at: number;
}

/** Everything. */
export interface State {
  readonly connection: ConnectionState;
  /** The own account, known from the start. */
  readonly me: Account;
  /** True once the conversations are known, from the store or from the server. */
  readonly ready: boolean;
  /** The log's epoch; undefined until the first `hello`. */
  readonly epoch: string | undefined;
  /** The place in the mailbox to resume from. */
  readonly cursor: { readonly mailbox: string; readonly n: number } | undefined;
  /** A `sync` is needed (or under way). */
  readonly needs_sync: boolean;
  readonly limits: Limits | undefined;
  readonly conversations: ReadonlyMap<string, ConversationState>;
  /** Of the conversations that were opened or prefetched. */
  readonly timelines: ReadonlyMap<string, Timeline>;
  /** Everyone heard of, by username. */
  readonly users: ReadonlyMap<string, User>;
  /** Contacts, requests and blocks, by username. */
  readonly contacts: ReadonlyMap<string, Contact>;
  /** By username; who is absent is offline or not to be seen. */
  readonly presence: ReadonlyMap<string, Presence>;
  /** By conversation. */
  readonly typing: ReadonlyMap<string, readonly TypingUser[]>;
  readonly notifications: NotificationsState;
  /** The private feed: its log's id, how far it was followed, how far it is known to reach. */
  readonly feed: { readonly id: string; readonly upto: number; readonly known: number } | undefined;
  /** In the order of sending, by `client_id`. */
  readonly outbox: ReadonlyMap<string, OutboxItem>;
  /** By conversation id, or `@username` before there is one. */
  readonly drafts: ReadonlyMap<string, Draft>;
  /** Conversations that the user looks at (in this tab). */
  readonly open: ReadonlySet<string>;
  /** Conversations whose record must be read again, each from at least this place of its log. */
  readonly stale: ReadonlyMap<string, number>;
  /** Usernames seen in events but not in `users` yet. */
  readonly unnamed: ReadonlySet<string>;
}

/** The state before anything is known. */
export function emptyState(me: Account): State {
  return {
    connection: { state: "connecting", reason: "starting" },
    me,
    ready: false,
    epoch: undefined,
    cursor: undefined,
    needs_sync: true,
    limits: undefined,
    conversations: new Map(),
    timelines: new Map(),
    users: new Map([[me.username, me]]),
    contacts: new Map(),
    presence: new Map(),
    typing: new Map(),
    notifications: { threads: [], unseen: 0, cursor: undefined, loaded: false },
    feed: undefined,
    outbox: new Map(),
    drafts: new Map(),
    open: new Set(),
    stale: new Map(),
    unnamed: new Set(),
  };
}
