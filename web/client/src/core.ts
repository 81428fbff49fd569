// The heart of a client: the state and who is told of it, and the way of a command to the server,
// straight or through the tab that holds the connection.

import type { CommandOptions } from "./api.ts";
import { CatchUp } from "./catch-up.ts";
import type { Environment, Timer, Wake } from "./environment.ts";
import { localError } from "./error.ts";
import type { CommandType, Fields, Reply } from "./generated/protocol.ts";
import { type Input, isFromUser, type ReplyInput } from "./input.ts";
import { type Ending, Lead } from "./lead/lead.ts";
import { Listeners } from "./listeners.ts";
import { reduce } from "./reduce/reduce.ts";
import { typingDue } from "./reduce/signals.ts";
import type { Asked } from "./share/asks.ts";
import { Tabs } from "./share/tabs.ts";
import type { ConnectionReason, OutboxItem, Rung, State } from "./state.ts";
import type { Store } from "./store/store.ts";

/** How long changes are collected before it is looked for what is missing, in milliseconds. */
const CATCH_UP_MS = 10;

/** That the user does something is passed on only so often, in milliseconds. */
const ACTIVE_MS = 15_000;

/** What {@link Core} is made of. */
export interface CoreOptions {
  readonly environment: Environment;
  readonly url: string;
  readonly token: string;
  readonly rungs: readonly Rung[];
  readonly keep: number;
  readonly store: Store;
  /** The name under which tabs find each other; undefined: this one is alone. */
  readonly shared: string | undefined;
  readonly id: string;
  readonly state: State;
}

/** State, listeners, and the way to the server. */
export class Core {
  readonly catchUp: CatchUp;
  readonly listeners = new Listeners();
  readonly #options: CoreOptions;
  readonly #unwatch: () => void;
  #state: State;
  #lead: Lead | undefined;
  #tabs: Tabs | undefined;
  #soon: Timer | undefined;
  #tick: Timer | undefined;
  #stopped = false;
  /** What the user did before the store was read; undefined from then on. */
  #early: Input[] | undefined = [];
  #activeAt = 0;
  #started: Promise<void> | undefined;

  constructor(options: CoreOptions) {
    const { environment, keep } = options;
    this.#options = options;
    this.#state = options.state;
    this.catchUp = new CatchUp({
      environment,
      keep,
      state: () => this.#state,
      whole: () => this.#lead !== undefined,
      ask: (type, fields) => this.command(type, fields),
      dispatch: (input) => this.dispatch(input),
    });
    this.#unwatch = environment.watch((wake) => this.#wake(wake));
  }

  get state(): State {
    return this.#state;
  }

  /** Nothing may be stored any more. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Resolves when what was stored is in the state. */
  start(): Promise<void> {
    this.#started ??= this.#begin();
    return this.#started;
  }

  /** Reads the store, then connects or joins the tab that is connected. */
  async #begin(): Promise<void> {
    await this.#restore();
    if (this.#stopped) return;
    this.#join();
    // Over what was stored before it, and now the other tabs can hear it.
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const input of early) this.dispatch(input);
  }

  #join(): void {
    const { lock, channel } = this.#options.environment;
    if (this.#options.shared === undefined || !lock || !channel) return this.#beginLead();
    this.#tabs = this.#joinTabs(lock, channel, this.#options.shared);
    this.#tabs.start();
  }

  /** Takes an input that arose in this tab, and tells the other tabs when it concerns them. */
  dispatch(input: Input): void {
    if (isFromUser(input)) this.#early?.push(input);
    if (isShared(input)) this.#tabs?.share(input);
    this.#apply(input);
  }

  /** Sends a command; its reply is in the state when the promise resolves. */
  async command<T extends CommandType>(
    type: T,
    fields: Fields<T>,
    options: CommandOptions = {},
  ): Promise<Reply<T>> {
    await this.start();
    if (this.#stopped) throw localError("closed", "the client was closed");
    const timeoutMs = options.timeout_ms;
    if (this.#lead || !this.#tabs) {
      return (await this.#send({ type, fields, timeoutMs })) as Reply<T>;
    }
    const ok = (await this.#tabs.ask({ type, fields, timeoutMs })) as Reply<T>;
    const input = { kind: "reply", type, fields, ok } as ReplyInput;
    // What is shared has come from the leading tab already.
    if (!isShared(input)) this.#apply(input);
    return ok;
  }

  /** Sends a command now or never. */
  tell<T extends CommandType>(type: T, fields: Fields<T>): void {
    if (this.#lead) this.#lead.tell(type, fields);
    else void this.#tabs?.ask({ type, fields, timeoutMs: undefined, tell: true });
  }

  /** Tries to connect at once. */
  retryNow(): void {
    if (this.#lead) this.#lead.retryNow();
    else this.#tabs?.wake("online");
  }

  /** Signs out in all tabs. */
  async signedOut(): Promise<void> {
    this.#tabs?.signOut();
    await this.#forget("signed_out");
  }

  /** Lets go of everything. */
  async stop(reason: ConnectionReason, end: Ending): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    const { environment, store } = this.#options;
    this.catchUp.stop();
    this.#unwatch();
    environment.clearTimer(this.#soon);
    environment.clearTimer(this.#tick);
    const lead = this.#lead;
    this.#lead = undefined;
    await lead?.stop(end);
    if (end === "forget") await store.clear().catch(() => undefined);
    this.#tabs?.stop();
    store.close();
    this.#apply({ kind: "connection", connection: { state: "denied", reason } });
  }

  async #forget(reason: ConnectionReason): Promise<void> {
    await this.stop(reason, "forget");
  }

  async #restore(): Promise<void> {
    try {
      this.#apply({ kind: "restored", saved: await this.#options.store.load() });
    } catch {
      // An unreadable store is as good as an empty one.
    }
  }

  #joinTabs(
    lock: NonNullable<Environment["lock"]>,
    channel: NonNullable<Environment["channel"]>,
    name: string,
  ): Tabs {
    return new Tabs({
      environment: this.#options.environment,
      lock,
      channel,
      name,
      id: this.#options.id,
      state: () => this.#state,
      onLead: () => this.#beginLead(),
      onDeposed: () => this.#endLead(),
      onAsked: (asked) => this.#send(asked),
      onInput: (input) => this.#apply(input),
      onWake: (wake) => (wake === "online" ? this.#lead?.retryNow() : this.#lead?.wake(wake)),
      onSignedOut: () => void this.#forget("signed_out"),
    });
  }

  #beginLead(): void {
    const { environment, url, token, rungs, store, keep } = this.#options;
    this.#lead = new Lead({
      environment,
      url,
      token,
      rungs,
      store,
      keep,
      state: () => this.#state,
      dispatch: (input) => this.dispatch(input),
      online: () => this.catchUp.restart(),
    });
    void this.#recoverOutbox();
    this.#lead.start();
  }

  #endLead(): void {
    const lead = this.#lead;
    this.#lead = undefined;
    void lead?.stop("forget");
  }

  /** What another tab stored and could not tell of any more. */
  async #recoverOutbox(): Promise<void> {
    const { store } = this.#options;
    const saved = await store.load().catch(() => undefined);
    const done = new Map<string, OutboxItem | undefined>();
    for (const [id, item] of saved?.outbox ?? []) {
      if (this.#state.outbox.has(id)) continue;
      if (item.status === "sent") done.set(id, undefined);
      else this.dispatch({ kind: "queued", item });
    }
    if (done.size > 0) await store.save({ outbox: done }).catch(() => undefined);
  }

  /** Sends what this tab or another asks; gives the reply to all tabs but for pages of history. */
  async #send(asked: Asked): Promise<unknown> {
    const lead = this.#lead;
    if (!lead) throw localError("disconnected", "this tab does not lead");
    const { type, fields } = asked;
    if (asked.tell) return lead.tell(type, fields as Fields<typeof type>);
    const feed_upto = this.#state.feed?.upto;
    const ok = await lead.call(type, fields as Fields<typeof type>, asked.timeoutMs);
    this.dispatch({ kind: "reply", type, fields, ok, feed_upto } as ReplyInput);
    return ok;
  }

  #apply(input: Input): void {
    const before = this.#state;
    this.#state = reduce(before, input);
    const after = this.#state;
    if (before === after) return;
    this.#lead?.changed(before, after, input);
    this.#schedule(after);
    this.listeners.tell(before, input, () => this.#state);
    if (after.connection.reason === "revoked" && before.connection.reason !== "revoked") {
      void this.#forget("revoked");
    }
  }

  #schedule(state: State): void {
    const { environment } = this.#options;
    if (this.#stopped) return;
    this.#soon ??= environment.setTimer(() => {
      this.#soon = undefined;
      this.catchUp.run();
    }, CATCH_UP_MS);
    const due = typingDue(state);
    environment.clearTimer(this.#tick);
    this.#tick =
      due === undefined
        ? undefined
        : environment.setTimer(
            () => this.#apply({ kind: "tick", now: environment.now() }),
            Math.max(0, due - environment.now()),
          );
  }

  #wake(wake: Wake): void {
    const now = this.#options.environment.now();
    if (wake === "active" && now - this.#activeAt < ACTIVE_MS) return;
    if (wake === "active") this.#activeAt = now;
    if (this.#lead) this.#lead.wake(wake);
    else if (wake === "active" || wake === "visible") this.#tabs?.wake(wake);
  }
}

/** Whether other tabs take an input, too. Pages of history are for the tab that scrolls. */
function isShared(input: Input): boolean {
  switch (input.kind) {
    case "restored":
    case "adopted":
    case "opened":
    case "closed":
    case "tick":
      return false;
    case "reply":
      return input.type !== "history.get";
    default:
      return true;
  }
}
