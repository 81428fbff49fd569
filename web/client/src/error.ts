import type { ErrorBody } from "./generated/protocol.ts";

/** Codes that the client itself gives, beside those of `docs/errors.md`. */
export type LocalErrorCode =
  | "disconnected" // the connection ended before the reply
  | "timeout" // no reply in time
  | "network" // the request did not reach the server
  | "closed"; // the client was closed or signed out

/** What a failed command, request or action rejects with. */
export class ClientError extends Error {
  override readonly name = "ClientError";
  /** A stable word: of the server's table, or a {@link LocalErrorCode}. */
  readonly code: string;
  /** HTTP status, when it came over HTTP. */
  readonly status: number | undefined;
  /** The field that is wrong, as a JSON pointer. */
  readonly pointer: string | undefined;
  /** When to try again, in milliseconds from now. */
  readonly retry_after_ms: number | undefined;
  /** The id of the cause in the server's log. */
  readonly incident: string | undefined;

  constructor(body: ErrorBody, status?: number) {
    super(body.message);
    this.code = body.code;
    this.status = status;
    this.pointer = body.pointer;
    this.retry_after_ms = body.retry_after_ms;
    this.incident = body.incident;
  }

  /** Trying the same again later may succeed. */
  get retryable(): boolean {
    return (
      PASSING.has(this.code) ||
      (this.status !== undefined && this.status >= 500 && this.status !== 501)
    );
  }
}

const PASSING: ReadonlySet<string> = new Set([
  "disconnected",
  "timeout",
  "network",
  "unavailable",
  "limited",
  "internal",
]);

/** Makes a {@link ClientError} with a code of the client's own. */
export function localError(code: LocalErrorCode, message: string): ClientError {
  return new ClientError({ code, message });
}

/** Whatever was thrown, as a {@link ClientError}. */
export function asClientError(thrown: unknown): ClientError {
  if (thrown instanceof ClientError) return thrown;
  return localError("network", thrown instanceof Error ? thrown.message : String(thrown));
}
