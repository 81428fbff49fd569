import { request } from "./account.ts";
import type { Client, ClientOptions, CommandOptions, PageOptions, Told, ToldOf } from "./api.ts";
import { Core } from "./core.ts";
import { type Environment, surroundings } from "./environment.ts";
import type { CommandType, Fields, GetHistory, Reply, User } from "./generated/protocol.ts";
import { again } from "./reduce/outbox.ts";
import {
  type Draft,
  emptyState,
  type MessageRow,
  type Outgoing,
  type OutboxItem,
  type State,
} from "./state.ts";
import { databaseName, IndexedDbStore } from "./store/indexeddb.ts";
import { MemoryStore } from "./store/memory.ts";
import type { Changes, Store } from "./store/store.ts";
import { TypingTeller } from "./typing.ts";
import { uuidMaker } from "./uuid.ts";

/** How many conversations are kept readable offline. */
const KEEP = 30;

/** Makes a client of one account and starts it. */
export function connect(options: ClientOptions): Client {
  return new ConnectedClient(options);
}

class ConnectedClient implements Client {
  readonly #core: Core;
  readonly #environment: Environment;
  readonly #store: Store;
  readonly #url: string;
  readonly #token: string;
  readonly #uuid: () => string;
  readonly #typing: TypingTeller;
  readonly #pages = new Map<string, Promise<Reply<"history.get">>>();
  /** Done when what was written is stored. */
  #storing: Promise<void>;

  constructor(options: ClientOptions) {
    this.#environment = { ...surroundings(), ...options.environment };
    this.#url = options.url ?? "";
    this.#token = options.token;
    this.#uuid = uuidMaker(this.#environment.now);
    const name = databaseName(this.#url, options.me.username);
    this.#store = options.store ?? openStore(name);
    this.#core = new Core({
      environment: this.#environment,
      url: this.#url,
      token: options.token,
      rungs: options.rungs ?? ["websocket", "sse", "poll"],
      keep: options.keep ?? KEEP,
      store: this.#store,
      shared: options.shared === false ? undefined : name,
      id: this.#uuid(),
      state: emptyState(options.me),
    });
    this.#typing = new TypingTeller(this.#environment, (conversation, active) =>
      this.#core.tell("typing.set", { conversation, active }),
    );
    this.#storing = this.#core.start();
  }

  get state(): State {
    return this.#core.state;
  }

  subscribe(listener: (state: State) => void): () => void {
    return this.#core.listeners.subscribe(listener);
  }

  on<T extends Told["type"]>(type: T, listener: (told: ToldOf<T>) => void): () => void {
    return this.#core.listeners.on(type, (told) => listener(told as ToldOf<T>));
  }

  command<T extends CommandType>(
    type: T,
    fields: Fields<T>,
    options?: CommandOptions,
  ): Promise<Reply<T>> {
    return this.#core.command(type, fields, options);
  }

  async open(conversation: string): Promise<void> {
    this.#core.dispatch({ kind: "opened", conversation });
    await this.#core.start();
    if (this.state.timelines.has(conversation)) return;
    await this.#core.catchUp.demandNewest(conversation);
  }

  close(conversation: string): void {
    this.#typing.stop(conversation);
    this.#core.dispatch({ kind: "closed", conversation });
  }

  async loadBefore(conversation: string, options?: PageOptions): Promise<boolean> {
    const timeline = this.state.timelines.get(conversation);
    if (timeline?.at_start) return false;
    await this.#page({ conversation, before: timeline?.from, ...options });
    return this.state.timelines.get(conversation)?.at_start === false;
  }

  async loadAfter(conversation: string, options?: PageOptions): Promise<boolean> {
    const timeline = this.state.timelines.get(conversation);
    if (timeline && timeline.to >= timeline.upto) return false;
    await this.#page({ conversation, after: timeline?.to, ...options });
    const now = this.state.timelines.get(conversation);
    return now !== undefined && now.to < now.upto;
  }

  async loadAround(conversation: string, seq: number, options?: PageOptions): Promise<void> {
    const timeline = this.state.timelines.get(conversation);
    if (timeline && timeline.from <= seq && seq <= timeline.to) return;
    await this.#page({ conversation, around: seq, ...options });
  }

  async loadNewest(conversation: string, options?: PageOptions): Promise<void> {
    const timeline = this.state.timelines.get(conversation);
    if (timeline && timeline.to >= timeline.upto) return;
    await this.#page({ conversation, ...options });
  }

  send(message: Outgoing): string {
    const item: OutboxItem = {
      ...message,
      client_id: this.#uuid(),
      created_at: new Date(this.#environment.now()).toISOString(),
      status: "queued",
      attempts: 0,
    };
    if (message.conversation !== undefined) this.#typing.sent(message.conversation);
    this.#queue(item);
    return item.client_id;
  }

  retry(client_id: string): void {
    const failed = this.state.outbox.get(client_id);
    if (failed?.status !== "failed") return;
    this.#queue({ ...again(failed), attempts: 0 });
  }

  discard(client_id: string): boolean {
    const status = this.state.outbox.get(client_id)?.status;
    if (status !== "failed" && status !== "queued") return false;
    this.#keep({ outbox: new Map([[client_id, undefined]]) });
    this.#core.dispatch({ kind: "discarded", client_id });
    return true;
  }

  async edit(conversation: string, message: number, text: string): Promise<void> {
    await this.#core.command("message.edit", { conversation, message, text });
  }

  async retract(conversation: string, message: number): Promise<void> {
    await this.#core.command("message.retract", { conversation, message });
  }

  async toggleReaction(conversation: string, message: number, emoji: string): Promise<void> {
    const rows = this.state.timelines.get(conversation)?.rows ?? [];
    const row = rows.find(
      (each): each is MessageRow => each.kind === "message" && each.seq === message,
    );
    const given = row?.reactions
      .find((each) => each.emoji === emoji)
      ?.users.includes(this.state.me.username);
    const type = given ? "reaction.remove" : "reaction.add";
    await this.#core.command(type, { conversation, message, emoji });
  }

  markRead(conversation: string, seq: number): void {
    const record = this.state.conversations.get(conversation);
    if (!record || (seq <= record.read && !record.marked_unread)) return;
    this.#core.dispatch({ kind: "read", conversation, seq });
  }

  async markUnread(conversation: string): Promise<void> {
    await this.#core.command("unread.mark", { conversation });
  }

  typing(conversation: string, active = true): void {
    if (active) this.#typing.press(conversation);
    else this.#typing.stop(conversation);
  }

  setDraft(key: string, draft: Omit<Draft, "at"> | undefined): void {
    const kept = draft?.text ? { ...draft, at: this.#environment.now() } : undefined;
    this.#keep({ drafts: new Map([[key, kept]]) });
    this.#core.dispatch({ kind: "draft", key, draft: kept });
  }

  async loadNotifications(options: { readonly more?: boolean } = {}): Promise<void> {
    const { loaded, cursor } = this.state.notifications;
    if (options.more && loaded && cursor === undefined) return;
    await this.#core.command("notification.list", options.more ? { cursor } : {});
  }

  async seeNotifications(threads: readonly string[] = []): Promise<void> {
    await this.#core.command("notification.see", { threads: [...threads] });
  }

  async setAvatar(image: Blob): Promise<User> {
    const headers = { "content-type": image.type || "application/octet-stream" };
    await this.#request("/v1/me/avatar", { method: "PUT", body: image, headers });
    return (await this.#core.command("me.get", {})).me;
  }

  async removeAvatar(): Promise<void> {
    await this.#request("/v1/me/avatar", { method: "DELETE" });
    await this.#core.command("me.get", {});
  }

  async exportAccount(): Promise<Blob> {
    return (await this.#request("/v1/me/export", {})).blob();
  }

  reconnect(): void {
    this.#core.retryNow();
  }

  async signOut(): Promise<void> {
    // Without a connection the token just expires; what is here must go all the same.
    const timeout_ms = this.state.connection.state === "online" ? 5_000 : 1;
    await this.#core.command("session.sign_out", {}, { timeout_ms }).catch(() => undefined);
    await this.#core.signedOut();
  }

  async stop(): Promise<void> {
    await this.#storing;
    await this.#core.stop("stopped", "keep");
  }

  #page(fields: GetHistory): Promise<Reply<"history.get">> {
    const key = JSON.stringify(fields);
    const present = this.#pages.get(key);
    if (present) return present;
    const page = this.#core.command("history.get", fields).finally(() => this.#pages.delete(key));
    this.#pages.set(key, page);
    return page;
  }

  #queue(item: OutboxItem): void {
    this.#keep({ outbox: new Map([[item.client_id, item]]) });
    this.#core.dispatch({ kind: "queued", item });
  }

  /**
   * Stores what the user wrote in this tab and this turn, before anything else is done with it: the
   * next turn may never come. Where that fails, the message goes out all the same.
   */
  #keep(changes: Changes): void {
    if (this.#core.stopped) return;
    const kept = this.#store.save(changes).catch(() => undefined);
    this.#storing = this.#storing.then(() => kept);
  }

  #request(path: string, init: RequestInit): Promise<Response> {
    const headers = { ...init.headers, authorization: `Bearer ${this.#token}` };
    return request(this.#environment.fetch, this.#url + path, { ...init, headers });
  }
}

function openStore(name: string): Store {
  return typeof indexedDB === "undefined" ? new MemoryStore() : new IndexedDbStore(name);
}
