// The state machine of the connection: which rung, when again, and why not.

import type { Environment, Timer, Wake } from "../environment.ts";
import type { CommandFrame, Hello, ServerFrame } from "../generated/protocol.ts";
import type { ConnectionReason, ConnectionState, Rung } from "../state.ts";
import { Backoff } from "./backoff.ts";
import { Ladder, RUNG_MS } from "./ladder.ts";
import { Liveness } from "./liveness.ts";
import { CLOSED_BY_NETWORK, CLOSED_PROTOCOL_ERROR, CLOSED_SIGNED_OUT } from "./transport.ts";
import type { OpenTransport, Transport } from "./transport.ts";

/** The server's interval where no `hello` told one, in seconds. */
const PING_S = 30;

/** What a link needs, and whom it tells. */
export interface LinkOptions {
  readonly environment: Environment;
  readonly url: string;
  readonly token: string;
  readonly rungs: readonly Rung[];
  readonly transports: Readonly<Record<Rung, OpenTransport>>;
  /** Where to resume from. */
  readonly cursor: () => string | undefined;
  /** Sends a `ping`. */
  readonly ping: () => void;
  readonly onStatus: (status: ConnectionState) => void;
  /** Every frame, `hello` first. */
  readonly onFrame: (frame: ServerFrame) => void;
  /** Commands can be sent. Comes after the status. */
  readonly onOnline: () => void;
  /** They no longer can; replies to those under way will not come. */
  readonly onLost: () => void;
}

/** Keeps a connection. */
export class Link {
  readonly #options: LinkOptions;
  readonly #ladder: Ladder;
  readonly #backoff: Backoff;
  #transport: Transport | undefined;
  #liveness: Liveness | undefined;
  #timer: Timer | undefined;
  #online = false;
  /** The cursor was refused: begin without. */
  #anew = false;
  #ended: { reason: string; reconnect: boolean } | undefined;
  #state: ConnectionState["state"] | "stopped" = "stopped";

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#ladder = new Ladder(options.rungs, options.environment, options.url);
    this.#backoff = new Backoff(options.environment.random);
  }

  /** Begins to connect. */
  start(): void {
    if (this.#state === "stopped") this.#begin("starting", false);
  }

  /** Lets go; nothing more is told. */
  stop(): void {
    this.#drop();
    this.#state = "denied";
  }

  /** Sends a command; false while there is no connection. */
  send(frame: CommandFrame): boolean {
    if (!this.#online || !this.#transport) return false;
    this.#liveness?.sent();
    this.#transport.send(frame);
    return true;
  }

  /** Tries at once instead of at `retry_at`. */
  retryNow(): void {
    if (this.#state !== "offline") return this.probe();
    this.#backoff.reset();
    this.#begin("network", true);
  }

  /** Makes sure that the server is still there. */
  probe(): void {
    this.#liveness?.probe();
  }

  /** Something happened around the client. */
  wake(wake: Wake): void {
    if (wake === "hidden" || wake === "leaving" || wake === "active") return;
    if (wake !== "offline" && this.#state === "offline") return this.retryNow();
    if (wake === "offline" || wake === "visible") return this.probe();
    // Another network may carry a better rung; the mailbox goes on there.
    if (this.#online && this.#ladder.below) this.#lose("network", true);
    else this.probe();
  }

  #begin(reason: ConnectionReason, climb: boolean): void {
    this.#drop();
    this.#ladder.begin(climb);
    this.#status({ state: "connecting", reason });
    this.#attempt();
  }

  #attempt(): void {
    const rung = this.#ladder.rung;
    if (!rung) return this.#wait("network");
    const { environment, url, token, cursor, transports } = this.#options;
    this.#ended = undefined;
    let current = true;
    const listener = {
      frame: (frame: ServerFrame) => current && this.#frame(frame, rung),
      resumed: () => current && this.#opened(undefined, rung),
      alive: () => current && this.#liveness?.heard(),
      closed: (code: number) => current && this.#closed(code),
    };
    this.#timer = environment.setTimer(() => this.#closed(CLOSED_BY_NETWORK), RUNG_MS[rung]);
    const resume = this.#anew ? undefined : cursor();
    const opened = transports[rung]({ environment, url, token, resume }, listener);
    this.#transport = {
      send: (frame) => opened.send(frame),
      close: () => {
        current = false;
        opened.close();
      },
    };
  }

  #frame(frame: ServerFrame, rung: Rung): void {
    if (frame.type === "reply") this.#liveness?.answered();
    else this.#liveness?.heard();
    if (frame.type === "end") this.#ended = frame;
    if (frame.type === "hello") return this.#opened(frame, rung);
    if (this.#online) this.#options.onFrame(frame);
  }

  #opened(hello: (Hello & { type: "hello" }) | undefined, rung: Rung): void {
    const { environment, onFrame, onOnline, ping } = this.#options;
    this.#clearTimer();
    const again = this.#online;
    this.#online = true;
    this.#anew = false;
    if (hello) onFrame(hello);
    if (again) return;
    this.#ladder.win();
    this.#backoff.online(environment.now());
    this.#liveness = new Liveness({
      environment,
      intervalMs: (hello?.ping_s ?? PING_S) * 1000,
      twoWay: rung === "websocket",
      ping,
      dead: () => this.#lose("dead_link", true),
    });
    this.#status({ state: "online", rung });
    onOnline();
  }

  #closed(code: number): void {
    const ended = this.#ended;
    if (code === CLOSED_PROTOCOL_ERROR && !this.#online && !this.#anew && this.#options.cursor()) {
      // A cursor that another version of the server gave.
      this.#anew = true;
      this.#drop();
      return this.#attempt();
    }
    const reason = reasonOf(code, ended?.reason);
    if (code === CLOSED_SIGNED_OUT || (ended ? !ended.reconnect : code >= 4400 && code < 4500)) {
      this.#drop();
      return this.#status({ state: "denied", reason });
    }
    if (this.#online) return this.#lose(reason, false);
    this.#drop();
    this.#ladder.fail();
    this.#attempt();
  }

  /** The connection is gone: again at once when the server may well be there, else after a wait. */
  #lose(reason: ConnectionReason, atOnce: boolean): void {
    if (atOnce) this.#begin(reason, reason === "network");
    else this.#wait(reason);
  }

  #wait(reason: ConnectionReason): void {
    const { environment } = this.#options;
    this.#drop();
    const ms = this.#backoff.next(environment.now());
    const known = environment.isOnline() ? reason : "no_network";
    this.#timer = environment.setTimer(() => this.#begin(known, false), ms);
    this.#status({ state: "offline", reason: known, retry_at: environment.now() + ms });
  }

  #drop(): void {
    this.#clearTimer();
    this.#liveness?.stop();
    this.#liveness = undefined;
    this.#transport?.close();
    this.#transport = undefined;
    if (!this.#online) return;
    this.#online = false;
    this.#options.onLost();
  }

  #clearTimer(): void {
    if (this.#timer !== undefined) this.#options.environment.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #status(status: ConnectionState): void {
    this.#state = status.state;
    this.#options.onStatus(status);
  }
}

const REASONS: readonly ConnectionReason[] = [
  "draining",
  "slow_consumer",
  "replaced",
  "revoked",
  "idle",
  "protocol_error",
];

function reasonOf(code: number, ended: string | undefined): ConnectionReason {
  const told = REASONS.find((each) => each === ended);
  if (told) return told;
  if (code === CLOSED_SIGNED_OUT) return "signed_out";
  if (code >= 4400 && code < 4500) return "protocol_error";
  if (code === 4500 || code === 1011) return "internal";
  return code === CLOSED_BY_NETWORK ? "network" : "closed";
}
