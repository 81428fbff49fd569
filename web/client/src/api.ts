// The shape of the client as programs see it. `connect` in client.ts makes one.

import type { Rung } from "./state.ts";
import type { Environment } from "./environment.ts";
import type {
  Account,
  CommandType,
  Event,
  Fields,
  Reply,
  Signal,
  User,
} from "./generated/protocol.ts";
import type { Draft, Outgoing, State } from "./state.ts";
import type { Store } from "./store/store.ts";

/** What `connect` takes. */
export interface ClientOptions {
  /** The server's origin, `https://chat.example.com`; the page's own when absent. */
  readonly url?: string | undefined;
  /** The bearer token of {@link SignedIn}. */
  readonly token: string;
  /** Who signed in, `user` of {@link SignedIn}. */
  readonly me: Account;
  /** Where to keep what must survive a reload; IndexedDB, or memory where there is none. */
  readonly store?: Store | undefined;
  /** Ways to try, best first; all three when absent. */
  readonly rungs?: readonly Rung[] | undefined;
  /** One connection for all tabs of the browser; true when absent. */
  readonly shared?: boolean | undefined;
  /** How many conversations to keep readable offline; 30 when absent. */
  readonly keep?: number | undefined;
  /** Clock, network and so on, for tests and unusual surroundings. */
  readonly environment?: Partial<Environment> | undefined;
}

/** Everything that `on` can tell: facts and signals, by `type`. */
export type Told = Event | Signal;

/** One kind of {@link Told}. */
export type ToldOf<T extends Told["type"]> = Extract<Told, { type: T }>;

/** How a command is to be treated. */
export interface CommandOptions {
  /** Give up after this many milliseconds, also those spent waiting for a connection; 30 000. */
  readonly timeout_ms?: number | undefined;
}

/** A piece of history to load. */
export interface PageOptions {
  /** At most so many rows, 1 to 200; 50 when absent. */
  readonly limit?: number | undefined;
}

/** A client of one account. Methods that return a promise reject with {@link ClientError}. */
export interface Client {
  /** The present state: immutable, parts that did not change keep their identity. */
  readonly state: State;
  /** Calls back after every change; returns how to stop. */
  subscribe(listener: (state: State) => void): () => void;
  /** Calls back for each new fact or signal of a type, after the state has it; returns how to stop. */
  on<T extends Told["type"]>(type: T, listener: (told: ToldOf<T>) => void): () => void;
  /** Sends any command and gives its reply; the state takes from the reply what concerns it. */
  command<T extends CommandType>(
    type: T,
    fields: Fields<T>,
    options?: CommandOptions,
  ): Promise<Reply<T>>;

  /** Begins to look at a conversation: loads its newest page, keeps it up to date. */
  open(conversation: string): Promise<void>;
  /** No longer looks at it. */
  close(conversation: string): void;
  /** Loads older rows; false when there are none. */
  loadBefore(conversation: string, options?: PageOptions): Promise<boolean>;
  /** Loads newer rows, when the window does not reach the end; false when it does. */
  loadAfter(conversation: string, options?: PageOptions): Promise<boolean>;
  /** Shows the window around a place; keeps the one that is there when it holds that place. */
  loadAround(conversation: string, seq: number, options?: PageOptions): Promise<void>;
  /** Goes back to the newest rows. */
  loadNewest(conversation: string, options?: PageOptions): Promise<void>;

  /** Puts a message into the outbox; gives its `client_id`, which is the row's key, at once. */
  send(message: Outgoing): string;
  /** Tries a failed message again. */
  retry(client_id: string): void;
  /** Throws away a message that was not sent; false when it is too late. */
  discard(client_id: string): boolean;
  /** Changes one's own message. */
  edit(conversation: string, message: number, text: string): Promise<void>;
  /** Takes a message back. */
  retract(conversation: string, message: number): Promise<void>;
  /** Gives a reaction, or takes it back when it was given. */
  toggleReaction(conversation: string, message: number, emoji: string): Promise<void>;

  /** Has read up to a place. Shown at once, told to the server in one go a second. */
  markRead(conversation: string, seq: number): void;
  /** Shows it as unread until it is read again. */
  markUnread(conversation: string): Promise<void>;
  /** Call on every key press; the others are told at most every 3 s, and when it stops. */
  typing(conversation: string, active?: boolean): void;
  /** Keeps what was begun; undefined or an empty text removes it. `key`: id or `@username`. */
  setDraft(key: string, draft: Omit<Draft, "at"> | undefined): void;
  /** Loads the first notifications, or older ones. */
  loadNotifications(options?: { readonly more?: boolean }): Promise<void>;
  /** Marks notification threads as seen; all when absent. */
  seeNotifications(threads?: readonly string[]): Promise<void>;

  /** Stores a picture of the user; bytes of an image. */
  setAvatar(image: Blob): Promise<User>;
  /** Removes it. */
  removeAvatar(): Promise<void>;
  /** Everything the server keeps of this account. */
  exportAccount(): Promise<Blob>;

  /** Tries to connect now instead of at `connection.retry_at`. */
  reconnect(): void;
  /** Ends the session, clears the store, in all tabs. */
  signOut(): Promise<void>;
  /** Lets go of the connection; what is stored stays. */
  stop(): Promise<void>;
}
