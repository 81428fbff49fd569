// Writes what the server told and what became of it, a little later, in one go. What the user wrote
// does not wait for this: the tab where it was written stores it at once.

import type { Environment, Timer } from "../environment.ts";
import { tail } from "../reduce/timeline.ts";
import { conversationList } from "../select.ts";
import type { State } from "../state.ts";
import {
  type Areas,
  type Changes,
  HEAD_KEY,
  type SavedConversation,
  type SavedHead,
  type Store,
} from "./store.ts";

/** How long changes are collected, in milliseconds. */
const COLLECT_MS = 400;

/** How many rows of a conversation are kept. */
const ROWS = 50;

type Table<A extends keyof Areas> = Map<string, Areas[A] | undefined>;

/** Keeps the store in step with the state of the tab that holds the connection. */
export class Saver {
  readonly #environment: Environment;
  readonly #store: Store;
  readonly #keep: number;
  readonly #saved: (cursor: State["cursor"]) => void;
  #last: State;
  #state: State;
  #timer: Timer | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: {
    environment: Environment;
    store: Store;
    /** How many conversations keep their last rows. */
    keep: number;
    /** The state that the store held. */
    state: State;
    /** Everything up to this place of the mailbox is stored. */
    saved: (cursor: State["cursor"]) => void;
  }) {
    this.#environment = options.environment;
    this.#store = options.store;
    this.#keep = options.keep;
    this.#saved = options.saved;
    this.#last = this.#state = options.state;
  }

  /** The state changed. */
  note(state: State): void {
    this.#state = state;
    this.#timer ??= this.#environment.setTimer(() => void this.flush(), COLLECT_MS);
  }

  /** Writes now. */
  flush(): Promise<void> {
    if (this.#timer !== undefined) this.#environment.clearTimer(this.#timer);
    this.#timer = undefined;
    const state = this.#state;
    const changes = difference(this.#last, state, this.#keep);
    this.#last = state;
    // In this turn, whatever is still being written: a page that is being left has no other.
    // A full or broken store costs the offline copy, not the conversation.
    const written = this.#store.save(changes).catch(() => undefined);
    this.#writing = this.#writing.then(() => written).then(() => this.#saved(state.cursor));
    return this.#writing;
  }

  /** Writes nothing more. */
  stop(): void {
    if (this.#timer !== undefined) this.#environment.clearTimer(this.#timer);
    this.#timer = undefined;
  }
}

function difference(before: State, after: State, keep: number): Changes {
  return {
    head: new Map([[HEAD_KEY, headOf(after)]]),
    conversations: conversationChanges(before, after, keep),
    users: tableChanges(before.users, after.users),
    contacts: tableChanges(before.contacts, after.contacts),
    outbox: tableChanges(before.outbox, after.outbox),
  };
}

function headOf(state: State): SavedHead {
  const { me, epoch, cursor, needs_sync, limits, feed, notifications } = state;
  return { me, epoch, cursor, needs_sync, limits, feed, notifications };
}

function tableChanges<V>(
  before: ReadonlyMap<string, V>,
  after: ReadonlyMap<string, V>,
): Map<string, V | undefined> {
  const changes = new Map<string, V | undefined>();
  if (before === after) return changes;
  for (const [key, value] of after) if (before.get(key) !== value) changes.set(key, value);
  for (const key of before.keys()) if (!after.has(key)) changes.set(key, undefined);
  return changes;
}

function conversationChanges(before: State, after: State, keep: number): Table<"conversations"> {
  const changes: Table<"conversations"> = new Map();
  if (before.conversations === after.conversations && before.timelines === after.timelines) {
    return changes;
  }
  const near = nearest(after, keep);
  const wasNear = nearest(before, keep);
  for (const [id, conversation] of after.conversations) {
    const same =
      before.conversations.get(id) === conversation &&
      before.timelines.get(id) === after.timelines.get(id) &&
      near.has(id) === wasNear.has(id);
    if (!same) changes.set(id, record(after, id, near.has(id)));
  }
  for (const id of before.conversations.keys()) {
    if (!after.conversations.has(id)) changes.set(id, undefined);
  }
  return changes;
}

function nearest(state: State, keep: number): ReadonlySet<string> {
  return new Set(
    conversationList(state)
      .slice(0, keep)
      .map((each) => each.id),
  );
}

function record(state: State, id: string, near: boolean): SavedConversation | undefined {
  const conversation = state.conversations.get(id);
  if (!conversation) return undefined;
  const timeline = near ? state.timelines.get(id) : undefined;
  return { conversation, timeline: timeline && tail(timeline, ROWS) };
}
