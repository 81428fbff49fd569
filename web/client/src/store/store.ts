// What survives a reload.

import type { Account, Contact, User } from "../generated/protocol.ts";
import type {
  ConversationState,
  Draft,
  NotificationsState,
  OutboxItem,
  State,
  Timeline,
} from "../state.ts";

/** The single values. They are from one moment, so that the cursor matches the rest. */
export interface SavedHead {
  readonly me: Account;
  readonly epoch: string | undefined;
  readonly cursor: State["cursor"];
  readonly needs_sync: boolean;
  readonly limits: State["limits"];
  readonly feed: State["feed"];
  readonly notifications: NotificationsState;
}

/** A conversation with the end of its timeline. */
export interface SavedConversation {
  readonly conversation: ConversationState;
  /** Absent beyond the first conversations, and where nothing was loaded. */
  readonly timeline?: Timeline | undefined;
}

/** The kinds of records, each by its key. */
export interface Areas {
  head: SavedHead;
  conversations: SavedConversation;
  users: User;
  contacts: Contact;
  outbox: OutboxItem;
  drafts: Draft;
}

/** Names of {@link Areas}. */
export const AREAS = ["head", "conversations", "users", "contacts", "outbox", "drafts"] as const;

/** The key of the only record in `head`. */
export const HEAD_KEY = "head";

/** Records to write; undefined removes one. */
export type Changes = {
  readonly [A in keyof Areas]?: ReadonlyMap<string, Areas[A] | undefined> | undefined;
};

/** Everything that was stored. */
export type Saved = { readonly [A in keyof Areas]: ReadonlyMap<string, Areas[A]> };

/** Keeps an account's records. */
export interface Store {
  /** Reads everything. */
  load(): Promise<Saved>;
  /** Writes all of the changes or none; they are durable when the promise resolves. */
  save(changes: Changes): Promise<void>;
  /** Forgets everything. */
  clear(): Promise<void>;
  /** Lets go of what it holds. */
  close(): void;
}
