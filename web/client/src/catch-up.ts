// What the state lacks, asked for until nothing is missing.

import type { Environment } from "./environment.ts";
import { asClientError, type ClientError } from "./error.ts";
import type { CommandType, Fields, Reply } from "./generated/protocol.ts";
import type { Input } from "./input.ts";
import { GAP } from "./reduce/events.ts";
import { conversationList } from "./select.ts";
import type { ConversationState, State } from "./state.ts";

/** So many heads fit into a frame; of more conversations the rest comes as if unknown. */
const HEADS = 1_000;

/** How many requests are under way at once. */
const AT_ONCE = 3;

/** How many rows are loaded ahead of a conversation that was not opened. */
const AHEAD_ROWS = 30;

/** The first and the last wait after an error without a time of its own, in milliseconds. */
const PAUSE_MS = 2_000;
const LAST_PAUSE_MS = 60_000;

/** A request that the state makes necessary. */
export type Want = {
  [T in CommandType]: { readonly key: string; readonly type: T; readonly fields: Fields<T> };
}["sync" | "log.get" | "history.get" | "conversation.get" | "user.get"];

/**
 * Everything that is missing, most urgent first. `whole`: of everything; else only of what is open,
 * because another tab sees to the rest. `keep`: how many conversations to have at hand.
 */
export function wants(state: State, whole: boolean, keep: number): readonly Want[] {
  if (whole && state.needs_sync) return [sync(state)];
  const list: Want[] = [];
  const open = [...state.open].flatMap((id) => state.conversations.get(id) ?? []);
  for (const record of open) list.push(...ofTimeline(state, record));
  if (!whole) return list;
  const { feed } = state;
  if (feed && feed.known > feed.upto) list.push(log(feed.id, feed.upto));
  for (const id of state.stale.keys()) list.push(conversation(id));
  for (const record of state.conversations.values()) {
    const closed = isClosed(record) && record.known > record.head;
    if (closed || record.known - record.head > GAP) list.push(conversation(record.id));
    else if (record.known > record.head) list.push(log(record.id, record.head));
  }
  for (const username of state.unnamed) {
    list.push({ key: `user ${username}`, type: "user.get", fields: { username } });
  }
  for (const record of conversationList(state).slice(0, keep)) {
    if (state.timelines.has(record.id))
      list.push(...ofTimeline(state, record as ConversationState));
    else if (record.standing === "member") list.push(newest(record.id, AHEAD_ROWS));
  }
  return list;
}

/** What {@link CatchUp} needs of the client. */
export interface CatchUpOptions {
  readonly environment: Environment;
  readonly state: () => State;
  readonly whole: () => boolean;
  readonly keep: number;
  /** Asks, and gives the answer to the state. */
  readonly ask: <T extends CommandType>(type: T, fields: Fields<T>) => Promise<Reply<T>>;
  readonly dispatch: (input: Input) => void;
}

/** Asks for what is missing, a few things at once, each not twice. */
export class CatchUp {
  readonly #options: CatchUpOptions;
  readonly #running = new Map<string, Promise<void>>();
  readonly #pauses = new Map<string, { ms: number; until: number }>();
  #cursor: string | undefined;
  #stopped = false;

  constructor(options: CatchUpOptions) {
    this.#options = options;
  }

  /** A new connection: pages of an earlier `sync` do not continue, errors are forgotten. */
  restart(): void {
    this.#cursor = undefined;
    this.#pauses.clear();
  }

  /** Looks for what is missing. Call after every change. */
  run(): void {
    const state = this.#options.state();
    if (this.#stopped || state.connection.state !== "online") return;
    const now = this.#options.environment.now();
    for (const want of wants(state, this.#options.whole(), this.#options.keep)) {
      if (this.#running.size >= AT_ONCE) return;
      if (this.#running.has(want.key) || (this.#pauses.get(want.key)?.until ?? 0) > now) continue;
      // The error is remembered as a pause; nobody else waits for this one.
      this.#begin(want).catch(() => undefined);
    }
  }

  /** Loads the newest page of a conversation; rejects when that fails. */
  demandNewest(conversation: string): Promise<void> {
    const record = this.#options.state().conversations.get(conversation);
    if (record && isClosed(record)) return Promise.resolve();
    const want = newest(conversation);
    return this.#running.get(want.key) ?? this.#begin(want);
  }

  stop(): void {
    this.#stopped = true;
  }

  #begin(want: Want): Promise<void> {
    const asked = this.#ask(want);
    this.#running.set(want.key, asked);
    return asked;
  }

  async #ask(want: Want): Promise<void> {
    const fields = want.type === "sync" && this.#cursor ? { cursor: this.#cursor } : want.fields;
    try {
      const ok = await this.#options.ask(want.type, fields);
      if (want.type === "sync") this.#cursor = (ok as Reply<"sync">).cursor;
      this.#running.delete(want.key);
      this.#checkProgress(want);
    } catch (thrown) {
      this.#running.delete(want.key);
      const error = asClientError(thrown);
      if (!this.#stopped) this.#failed(want, error);
      throw error;
    } finally {
      this.run();
    }
  }

  /** An answer that left the same lack must not be asked for again at once, for ever. */
  #checkProgress(want: Want): void {
    const { state, whole, keep } = this.#options;
    const left = wants(state(), whole(), keep).find((each) => each.key === want.key);
    const same = left && JSON.stringify(left.fields) === JSON.stringify(want.fields);
    // A page of `sync` is asked for with the same heads as the one before.
    if (same && want.type !== "sync") this.#pause(want, this.#longer(want));
    else this.#pauses.delete(want.key);
  }

  #failed(want: Want, error: ClientError): void {
    this.#pause(want, error.retry_after_ms ?? this.#longer(want));
    if (error.code !== "not_found" && error.code !== "denied") return;
    const { dispatch } = this.#options;
    if (want.type === "user.get") {
      const { username } = want.fields;
      const user = { username, name: username };
      dispatch({ kind: "reply", type: "user.get", fields: want.fields, ok: { user } });
    } else if (want.type !== "sync") {
      dispatch({ kind: "gone", conversation: want.fields.conversation });
    }
  }

  #longer(want: Want): number {
    const before = this.#pauses.get(want.key)?.ms;
    return before === undefined ? PAUSE_MS : Math.min(LAST_PAUSE_MS, before * 2);
  }

  #pause(want: Want, ms: number): void {
    const { environment } = this.#options;
    this.#pauses.set(want.key, { ms, until: environment.now() + ms });
    environment.setTimer(() => this.run(), ms + 1);
  }
}

/** Who is invited to a group sees nothing of its log before they join. */
function isClosed({ standing, peer }: ConversationState): boolean {
  return standing === "invited" && peer === undefined;
}

function ofTimeline(state: State, record: ConversationState): Want[] {
  if (isClosed(record)) return [];
  const timeline = state.timelines.get(record.id);
  if (!timeline) return state.open.has(record.id) ? [newest(record.id)] : [];
  if (timeline.upto >= record.known) return [];
  // A snapshot is on its way, and lets go of a window that is so far behind.
  if (record.known - record.head > GAP) return [];
  return [log(record.id, Math.min(timeline.upto, record.head))];
}

function sync(state: State): Want {
  const known = conversationList(state).slice(0, HEADS);
  const heads = Object.fromEntries(known.map(({ id, head }) => [id, head]));
  return { key: "sync", type: "sync", fields: { epoch: state.epoch, heads } };
}

function log(id: string, after: number): Want {
  return { key: `log ${id}`, type: "log.get", fields: { conversation: id, after, limit: 500 } };
}

function newest(id: string, limit?: number): Want {
  return { key: `newest ${id}`, type: "history.get", fields: { conversation: id, limit } };
}

function conversation(id: string): Want {
  return { key: `record ${id}`, type: "conversation.get", fields: { conversation: id } };
}
