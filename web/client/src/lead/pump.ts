// Sends the outbox: in order within a conversation, each message until the server has it.

import type { Environment } from "../environment.ts";
import { asClientError, type ClientError } from "../error.ts";
import type { Fields, Reply } from "../generated/protocol.ts";
import type { Input } from "../input.ts";
import { directWith, placeOf } from "../select.ts";
import type { OutboxItem, State } from "../state.ts";

/** The first and the last wait after an error that may pass, in milliseconds. */
const FIRST_MS = 1_000;
const LAST_MS = 60_000;

/** After so many errors in a row that are not the network's, the user is asked. */
const ATTEMPTS = 10;

/** What {@link Pump} needs of the client. */
export interface PumpOptions {
  readonly environment: Environment;
  readonly state: () => State;
  readonly send: (fields: Fields<"message.send">) => Promise<Reply<"message.send">>;
  readonly dispatch: (input: Input) => void;
}

/** Sends what is queued, one message at a time for each conversation. */
export class Pump {
  readonly #options: PumpOptions;
  readonly #busy = new Set<string>();
  #stopped = false;

  constructor(options: PumpOptions) {
    this.#options = options;
  }

  /** Looks for something to send. Call after every change. */
  run(): void {
    const state = this.#options.state();
    if (this.#stopped || state.connection.state !== "online" || state.outbox.size === 0) return;
    const now = this.#options.environment.now();
    const seen = new Set<string>();
    for (const item of state.outbox.values()) {
      if (item.status === "failed" || item.status === "sent") continue;
      const place = placeOf(settled(state, item));
      if (seen.has(place)) continue;
      seen.add(place);
      if (this.#busy.has(place) || (item.retry_at ?? 0) > now) continue;
      this.#busy.add(place);
      void this.#send(settled(state, item), place);
    }
  }

  stop(): void {
    this.#stopped = true;
  }

  async #send(item: OutboxItem, place: string): Promise<void> {
    const sending: OutboxItem = { ...item, status: "sending", attempts: item.attempts + 1 };
    this.#tell(sending);
    try {
      const sent = await this.#options.send(fieldsOf(item));
      const { conversation, seq, at } = sent;
      const { to: _, retry_at: __, failure: ___, ...rest } = sending;
      this.#tell({ ...rest, conversation, seq, at, status: "sent" });
    } catch (thrown) {
      this.#failed(sending, asClientError(thrown));
    }
    this.#busy.delete(place);
    this.run();
  }

  #failed(item: OutboxItem, error: ClientError): void {
    const { code, message, retryable } = error;
    const failure = { code, message, retryable };
    if (code === "closed") return;
    const network = code === "disconnected" || code === "network";
    const attempts = network ? item.attempts - 1 : item.attempts;
    if (!retryable || attempts >= ATTEMPTS) {
      return this.#tell({ ...item, attempts, status: "failed", failure, retry_at: undefined });
    }
    const { environment } = this.#options;
    const wait = Math.min(LAST_MS, FIRST_MS * 2 ** Math.max(0, attempts - 1));
    const ms = error.retry_after_ms ?? (network ? 0 : wait * (0.5 + environment.random() / 2));
    this.#tell({ ...item, attempts, status: "queued", failure, retry_at: environment.now() + ms });
    environment.setTimer(() => this.run(), ms + 1);
  }

  #tell(item: OutboxItem): void {
    if (!this.#stopped) this.#options.dispatch({ kind: "outcome", item });
  }
}

/** To a user with whom there is a conversation by now: to that. Both are one queue. */
function settled(state: State, item: OutboxItem): OutboxItem {
  if (item.conversation !== undefined || item.to === undefined) return item;
  const direct = directWith(state, item.to);
  if (!direct) return item;
  const { to: _, ...rest } = item;
  return { ...rest, conversation: direct.id };
}

function fieldsOf(item: OutboxItem): Fields<"message.send"> {
  return {
    conversation: item.conversation,
    to: item.conversation === undefined ? item.to : undefined,
    client_id: item.client_id,
    text: item.text,
    reply_to: item.reply_to,
    mentions: item.mentions && [...item.mentions],
    extensions: item.extensions && { ...item.extensions },
  };
}
