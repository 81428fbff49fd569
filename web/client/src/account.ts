// Signing up and in, over plain HTTP: there is no session to hold a connection with yet.

import { asClientError, ClientError } from "./error.ts";
import type { SignedIn } from "./generated/protocol.ts";

/** What a new account needs. */
export interface Registration {
  readonly username: string;
  readonly password: string;
  /** The display name. */
  readonly name?: string | undefined;
}

/** Who signs in: with a password, or with a token that a site gave. */
export type Credentials =
  | { readonly username: string; readonly password: string }
  | { readonly token: string };

type Fetch = (input: string, init?: RequestInit) => Promise<Response>;

/** Makes an account and signs in. `url` is the server's origin; "" for the page's own. */
export function register(url: string, account: Registration, fetch?: Fetch): Promise<SignedIn> {
  return post(`${url}/v1/accounts`, account, fetch);
}

/** Signs in. */
export function signIn(url: string, credentials: Credentials, fetch?: Fetch): Promise<SignedIn> {
  return post(`${url}/v1/sessions`, credentials, fetch);
}

async function post(
  url: string,
  body: unknown,
  fetch: Fetch = globalThis.fetch,
): Promise<SignedIn> {
  const answer = await request(fetch, url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return (await answer.json()) as SignedIn;
}

/** Makes a request; rejects with a {@link ClientError} unless the status is 2xx. */
export async function request(fetch: Fetch, url: string, init: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(url, init);
  } catch (thrown) {
    throw asClientError(thrown);
  }
  if (!answer.ok) throw await problem(answer);
  return answer;
}

/** The error in an answer: `application/problem+json` (RFC 9457), or what can be said without. */
export async function problem(answer: Response): Promise<ClientError> {
  let body: Record<string, unknown> = {};
  try {
    const value: unknown = await answer.json();
    if (typeof value === "object" && value !== null) body = value as Record<string, unknown>;
  } catch {
    // Not JSON: a proxy's page. The status has to do.
  }
  const text = (key: string) => (typeof body[key] === "string" ? body[key] : undefined);
  const number = (key: string) => (typeof body[key] === "number" ? body[key] : undefined);
  const seconds = Number(answer.headers.get("retry-after") ?? Number.NaN);
  return new ClientError(
    {
      code: text("code") ?? codeOf(answer.status),
      message: text("detail") ?? text("message") ?? text("title") ?? `HTTP status ${answer.status}`,
      pointer: text("pointer"),
      retry_after_ms:
        number("retry_after_ms") ?? (Number.isFinite(seconds) ? seconds * 1000 : undefined),
      incident: text("incident"),
    },
    answer.status,
  );
}

function codeOf(status: number): string {
  if (status === 401) return "unauthenticated";
  if (status === 403) return "denied";
  if (status === 404) return "not_found";
  if (status === 413) return "too_large";
  if (status === 429) return "limited";
  return status >= 500 ? "unavailable" : "invalid";
}
