// Commands under way: each gets its number, and its reply or an error.

import type { Environment, Timer } from "../environment.ts";
import { ClientError, localError } from "../error.ts";
import type {
  CommandFrame,
  CommandType,
  Fields,
  Reply,
  ReplyServerFrame,
} from "../generated/protocol.ts";

/** How long a reply may take, waiting for the connection included, in milliseconds. */
export const COMMAND_MS = 30_000;

/** A command without a reply after so long makes the link suspect, in milliseconds. */
const SUSPECT_MS = 5_000;

/** At most so many commands wait at once; a program that asks for more is told so. */
const COMMANDS = 500;

/** Commands that may be sent twice: they only ask, or do the same again. */
const REPEATABLE: ReadonlySet<CommandType> = new Set<CommandType>([
  "sync",
  "history.get",
  "log.get",
  "search",
  "presence.get",
  "conversation.get",
  "conversation.direct",
  "conversation.discover",
  "member.list",
  "message.versions",
  "contact.list",
  "me.get",
  "user.get",
  "user.find",
  "session.list",
  "notification.list",
  "notification.see",
  "read.mark",
  "delivered.mark",
  "reaction.add",
  "reaction.remove",
  "message.retract",
]);

/** Whether a command may be sent twice. */
export function isRepeatable(type: CommandType): boolean {
  return REPEATABLE.has(type);
}

interface Pending {
  readonly frame: CommandFrame & { id: number };
  readonly resolve: (ok: unknown) => void;
  readonly reject: (error: ClientError) => void;
  readonly timer: Timer;
  sent: Timer | undefined;
}

/** What {@link Commands} needs of the link. */
export interface CommandsOptions {
  readonly environment: Environment;
  /** Sends a frame; false while there is no connection. */
  readonly send: (frame: CommandFrame) => boolean;
  /** Makes sure that the server is there. */
  readonly suspect: () => void;
}

/** Sends commands and hands out their replies. */
export class Commands {
  readonly #options: CommandsOptions;
  readonly #pending = new Map<number, Pending>();
  #last = 0;

  constructor(options: CommandsOptions) {
    this.#options = options;
  }

  /** Sends a command as soon as there is a connection. */
  call<T extends CommandType>(
    type: T,
    fields: Fields<T>,
    timeoutMs = COMMAND_MS,
  ): Promise<Reply<T>> {
    if (this.#pending.size >= COMMANDS) {
      return Promise.reject(localError("timeout", "too many commands wait for their reply"));
    }
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      const late = () => this.#reject(id, localError("timeout", `no reply to ${type} in time`));
      const pending: Pending = {
        frame: { ...fields, type, id } as CommandFrame & { id: number },
        resolve: resolve as (ok: unknown) => void,
        reject,
        timer: this.#options.environment.setTimer(late, timeoutMs),
        sent: undefined,
      };
      this.#pending.set(id, pending);
      this.#send(pending);
    });
  }

  /** Sends a command now or not at all, and does not wait for its reply. */
  tell<T extends CommandType>(type: T, fields: Fields<T>): void {
    const frame = type === "ack" ? { ...fields, type } : { ...fields, type, id: ++this.#last };
    this.#options.send(frame as CommandFrame);
  }

  /** A reply came. */
  reply(frame: ReplyServerFrame): void {
    const pending = frame.id === undefined ? undefined : this.#take(frame.id);
    if (!pending) return;
    if ("error" in frame) pending.reject(new ClientError(frame.error));
    else pending.resolve(frame.ok);
  }

  /** There is a connection: what waits is sent. */
  online(): void {
    for (const pending of this.#pending.values()) this.#send(pending);
  }

  /** The connection is gone: what may be sent twice waits for the next one. */
  lost(): void {
    for (const [id, pending] of this.#pending) {
      if (pending.sent === undefined) continue;
      this.#options.environment.clearTimer(pending.sent);
      pending.sent = undefined;
      if (REPEATABLE.has(pending.frame.type)) continue;
      this.#reject(id, localError("disconnected", "the connection ended before the reply"));
    }
  }

  /** Nothing will be sent any more. */
  close(): void {
    for (const id of [...this.#pending.keys()]) {
      this.#reject(id, localError("disconnected", "the connection was given up"));
    }
  }

  #send(pending: Pending): void {
    if (pending.sent !== undefined || !this.#options.send(pending.frame)) return;
    pending.sent = this.#options.environment.setTimer(this.#options.suspect, SUSPECT_MS);
  }

  #reject(id: number, error: ClientError): void {
    this.#take(id)?.reject(error);
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    if (!pending) return undefined;
    this.#pending.delete(id);
    this.#options.environment.clearTimer(pending.timer);
    if (pending.sent !== undefined) this.#options.environment.clearTimer(pending.sent);
    return pending;
  }
}
