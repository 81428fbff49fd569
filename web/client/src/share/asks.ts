// Commands that another tab is to send.

import type { Environment, Timer } from "../environment.ts";
import { ClientError, localError } from "../error.ts";
import type { CommandType, ErrorBody } from "../generated/protocol.ts";
import { isRepeatable } from "../lead/commands.ts";

/** A command that a tab asks the leading one to send. */
export interface Asked {
  readonly type: CommandType;
  readonly fields: object;
  readonly timeoutMs: number | undefined;
  /** Do not wait for the reply. */
  readonly tell?: boolean | undefined;
}

/** What became of it. */
export interface Answer {
  readonly id: number;
  readonly ok?: unknown;
  readonly error?: ErrorBody;
  readonly status?: number;
}

interface Pending {
  readonly asked: Asked;
  readonly resolve: (ok: unknown) => void;
  readonly reject: (error: ClientError) => void;
  taken: boolean;
  timer: Timer | undefined;
}

/** What this tab has asked and has no answer to. */
export class Asks {
  readonly #environment: Environment;
  readonly #pending = new Map<number, Pending>();
  #last = 0;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Keeps a new one; `send` is given its number. */
  add(asked: Asked, send: (id: number) => void): Promise<unknown> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { asked, resolve, reject, taken: false, timer: undefined });
      send(id);
    });
  }

  /** It is being sent to the leading tab; `late` is called when that does not take it in time. */
  sending(id: number, ms: number, late: () => void): Asked | undefined {
    const pending = this.#pending.get(id);
    if (!pending) return undefined;
    pending.taken = false;
    this.#environment.clearTimer(pending.timer);
    pending.timer = this.#environment.setTimer(late, ms);
    return pending.asked;
  }

  /** The leading tab has it. */
  taken(id: number): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    pending.taken = true;
    this.#environment.clearTimer(pending.timer);
  }

  /** It is answered. */
  answer({ id, ok, error, status }: Answer): void {
    const pending = this.#take(id);
    if (error) pending?.reject(new ClientError(error, status));
    else pending?.resolve(ok);
  }

  /** The leading tab is another one: gives what may go there; what may not be sent twice fails. */
  handOver(): { id: number; asked: Asked }[] {
    const again: { id: number; asked: Asked }[] = [];
    for (const [id, { asked, taken }] of [...this.#pending]) {
      if (!taken || isRepeatable(asked.type)) again.push({ id, asked });
      else this.fail(id, localError("disconnected", "the leading tab ended before the reply"));
    }
    return again;
  }

  /** It came to nothing. */
  fail(id: number, error: ClientError): void {
    this.#take(id)?.reject(error);
  }

  /** Nothing will be answered any more. */
  close(): void {
    for (const id of [...this.#pending.keys()]) {
      this.fail(id, localError("closed", "the client was closed"));
    }
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    this.#environment.clearTimer(pending?.timer);
    return pending;
  }
}
