// Commands over plain HTTP, for the rungs whose stream only comes down.

import { problem } from "../account.ts";
import type { CommandFrame, ErrorBody } from "../generated/protocol.ts";
import { CLOSED_BY_NETWORK, CLOSED_SIGNED_OUT, parseFrame } from "./transport.ts";
import type { Attempt, TransportListener } from "./transport.ts";

/** HTTP/1.1 allows six connections to a host; the stream and other requests need some. */
const AT_ONCE = 3;

/** A command without an answer after so long (milliseconds) means that the link is dead. */
const ANSWER_MS = 20_000;

/** Sends commands, a few at once, and tells their replies as frames. */
export class Poster {
  /** The live mailbox, which `ack` and `presence.set` are for. */
  mailbox: string | undefined;
  readonly #attempt: Attempt;
  readonly #listener: TransportListener;
  readonly #waiting: CommandFrame[] = [];
  readonly #abort = new AbortController();
  #running = 0;

  constructor(attempt: Attempt, listener: TransportListener) {
    this.#attempt = attempt;
    this.#listener = listener;
  }

  /** Sends a command now or when one of those under way is done. */
  send(frame: CommandFrame): void {
    this.#waiting.push(frame);
    this.#next();
  }

  /** Sends and tells nothing more. */
  close(): void {
    this.#waiting.length = 0;
    this.#abort.abort();
  }

  #next(): void {
    if (this.#running >= AT_ONCE) return;
    const frame = this.#waiting.shift();
    if (!frame) return;
    this.#running += 1;
    void this.#post(frame).finally(() => {
      this.#running -= 1;
      this.#next();
    });
  }

  async #post(frame: CommandFrame): Promise<void> {
    const { environment, url, token } = this.#attempt;
    const headers: Record<string, string> = {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
    };
    if (this.mailbox !== undefined) headers["switchboard-mailbox"] = this.mailbox;
    const late = environment.setTimer(() => this.#fail(CLOSED_BY_NETWORK), ANSWER_MS);
    try {
      const answer = await environment.fetch(`${url}/v1/commands`, {
        method: "POST",
        headers,
        body: JSON.stringify(frame),
        signal: this.#abort.signal,
      });
      await this.#answered(frame, answer);
    } catch {
      this.#fail(CLOSED_BY_NETWORK);
    } finally {
      environment.clearTimer(late);
    }
  }

  async #answered(frame: CommandFrame, answer: Response): Promise<void> {
    if (answer.status === 401) return this.#fail(CLOSED_SIGNED_OUT);
    const body = answer.ok ? await answer.text() : await this.#refusal(frame, answer);
    if (this.#abort.signal.aborted) return;
    const reply = parseFrame(body);
    if (reply) this.#listener.frame(reply);
  }

  async #refusal(frame: CommandFrame, answer: Response): Promise<string> {
    // The reply frame itself may come with an error status.
    const text = await answer.text();
    if (parseFrame(text)?.type === "reply") return text;
    const { code, message, pointer, retry_after_ms, incident } = await problem(
      new Response(text, { status: answer.status, headers: answer.headers }),
    );
    const error: ErrorBody = { code, message, pointer, retry_after_ms, incident };
    return JSON.stringify({ type: "reply", id: frame.id, error });
  }

  #fail(code: number): void {
    if (this.#abort.signal.aborted) return;
    this.close();
    this.#listener.closed(code);
  }
}
