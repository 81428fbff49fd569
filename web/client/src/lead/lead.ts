// What only one tab does: it holds the connection, sends the outbox, writes the store.

import type { Environment, Wake } from "../environment.ts";
import type { CommandType, Fields, Reply, ServerFrame } from "../generated/protocol.ts";
import type { Input } from "../input.ts";
import { Link } from "../link/link.ts";
import { openPoll } from "../link/poll.ts";
import { openSse } from "../link/sse.ts";
import { openWebSocket } from "../link/websocket.ts";
import { emptyState, type Rung, type State } from "../state.ts";
import { Saver } from "../store/saver.ts";
import type { Store } from "../store/store.ts";
import { Acker } from "./acker.ts";
import { Attendance } from "./attendance.ts";
import { Commands } from "./commands.ts";
import { deliveredAt, readAhead, threadsReadHere } from "./marked.ts";
import { Marks } from "./marks.ts";
import { Pump } from "./pump.ts";

/** What {@link Lead} needs of the client. */
export interface LeadOptions {
  readonly environment: Environment;
  readonly url: string;
  readonly token: string;
  readonly rungs: readonly Rung[];
  readonly store: Store;
  readonly keep: number;
  readonly state: () => State;
  /** Takes an input for this tab and the others. */
  readonly dispatch: (input: Input) => void;
  /** A connection is there. */
  readonly online: () => void;
}

/** What becomes of the state when a tab stops to lead: written, or not. */
export type Ending = "keep" | "forget";

const TRANSPORTS = { websocket: openWebSocket, sse: openSse, poll: openPoll };

/** The connection and everything that hangs on it. */
export class Lead {
  readonly #options: LeadOptions;
  readonly #link: Link;
  readonly #commands: Commands;
  readonly #pump: Pump;
  readonly #saver: Saver;
  readonly #acker: Acker;
  readonly #read: Marks;
  readonly #delivered: Marks;
  readonly #attendance: Attendance;

  constructor(options: LeadOptions) {
    const { environment, state, dispatch, store, keep } = options;
    this.#options = options;
    this.#link = this.#makeLink();
    this.#commands = new Commands({
      environment,
      send: (frame) => this.#link.send(frame),
      suspect: () => this.#link.probe(),
    });
    const call = this.#commands.call.bind(this.#commands);
    this.#pump = new Pump({ environment, state, dispatch, send: (f) => call("message.send", f) });
    this.#acker = new Acker(environment, (n) => this.tell("ack", { n }));
    this.#saver = new Saver({
      environment,
      store,
      keep,
      // Another tab may have written since this one read: everything is written once.
      state: emptyState(state().me),
      saved: (cursor) => this.#acker.stored(cursor),
    });
    this.#read = new Marks(environment, (conversation, seq) =>
      call("read.mark", { conversation, seq }),
    );
    this.#delivered = new Marks(environment, (conversation, seq) =>
      call("delivered.mark", { conversation, seq }),
    );
    this.#attendance = new Attendance(environment, (state) => this.tell("presence.set", { state }));
  }

  /** Begins to connect. */
  start(): void {
    this.#saver.note(this.#options.state());
    this.#link.start();
  }

  /** Sends a command and gives its reply. */
  call<T extends CommandType>(type: T, fields: Fields<T>, timeoutMs?: number): Promise<Reply<T>> {
    return this.#commands.call(type, fields, timeoutMs);
  }

  /** Sends a command now or never, without waiting for its reply. */
  tell<T extends CommandType>(type: T, fields: Fields<T>): void {
    this.#commands.tell(type, fields);
  }

  /** The state changed. */
  changed(before: State, after: State, input: Input): void {
    if (before.epoch !== after.epoch) {
      this.#read.forget();
      this.#delivered.forget();
    }
    for (const [id, seq] of deliveredAt(before, after, input)) this.#delivered.mark(id, seq);
    for (const [id, seq] of readAhead(after, input)) this.#read.mark(id, seq);
    const threads = threadsReadHere(after, input);
    if (threads.length > 0) this.call("notification.see", { threads }).catch(() => undefined);
    // Who answers has read: the server is told of that first.
    if (input.kind === "queued") this.#read.flush();
    this.#saver.note(after);
    this.#pump.run();
  }

  /** Something happened in this tab or another. */
  wake(wake: Wake): void {
    if (wake === "active" || wake === "visible") this.#attendance.seen();
    if (wake === "hidden" || wake === "leaving") {
      this.#read.flush();
      void this.#saver.flush();
    }
    this.#link.wake(wake);
  }

  /** Tries to connect at once. */
  retryNow(): void {
    this.#link.retryNow();
  }

  /** Lets go of everything; what the state holds is written first unless it is to be forgotten. */
  async stop(end: Ending): Promise<void> {
    this.#pump.stop();
    this.#read.stop();
    this.#delivered.stop();
    this.#attendance.stop();
    this.#link.stop();
    this.#commands.close();
    if (end === "keep") await this.#saver.flush();
    this.#saver.stop();
    this.#acker.stop();
  }

  #makeLink(): Link {
    const { environment, url, token, rungs, state, dispatch, online } = this.#options;
    return new Link({
      environment,
      url,
      token,
      rungs,
      transports: TRANSPORTS,
      cursor: () => {
        const { cursor } = state();
        return cursor && `${cursor.mailbox}.${cursor.n}`;
      },
      ping: () => this.tell("ping", {}),
      onStatus: (connection) => dispatch({ kind: "connection", connection }),
      onFrame: (frame) => this.#frame(frame),
      onOnline: () => {
        online();
        this.#commands.online();
        this.#attendance.online();
        this.#pump.run();
      },
      onLost: () => this.#commands.lost(),
    });
  }

  #frame(frame: ServerFrame): void {
    if (frame.type === "reply") return this.#commands.reply(frame);
    if (frame.type === "end") return;
    this.#options.dispatch({ kind: "frame", frame, now: this.#options.environment.now() });
  }
}
