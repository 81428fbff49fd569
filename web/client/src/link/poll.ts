import type { ServerFrame } from "../generated/protocol.ts";
import { Poster } from "./post.ts";
import {
  type Attempt,
  CLOSED_BY_NETWORK,
  CLOSED_SIGNED_OUT,
  type OpenTransport,
  type TransportListener,
} from "./transport.ts";

/** How long the server may hold an answer back, in seconds. */
const WAIT_S = 25;

interface PollAnswer {
  readonly frames: readonly ServerFrame[];
  readonly cursor: string;
}

/** The last rung: one request after another, each held back until there is something to tell. */
export const openPoll: OpenTransport = (attempt, listener) => {
  const abort = new AbortController();
  let over = false;
  const guarded: TransportListener = {
    frame: (frame) => over || listener.frame(frame),
    resumed: () => over || listener.resumed(),
    alive: () => over || listener.alive(),
    closed: (code) => {
      if (over) return;
      close();
      listener.closed(code);
    },
  };
  const poster = new Poster(attempt, guarded);
  const close = () => {
    over = true;
    poster.close();
    abort.abort();
  };
  void poll(attempt, guarded, poster, abort.signal);
  return { send: (frame) => poster.send(frame), close };
};

async function poll(
  attempt: Attempt,
  listener: TransportListener,
  poster: Poster,
  signal: AbortSignal,
): Promise<void> {
  let cursor = attempt.resume;
  // The first answer comes at once, so that it is known whether this rung holds.
  let wait = 0;
  try {
    while (!signal.aborted) {
      const answer = await ask(attempt, cursor, wait, signal);
      if (typeof answer === "number") return listener.closed(answer);
      poster.mailbox = mailboxOf(answer.cursor);
      const greeted = answer.frames.some((frame) => frame.type === "hello");
      if (wait === 0 && !greeted) listener.resumed();
      else listener.alive();
      for (const frame of answer.frames) listener.frame(frame);
      cursor = answer.cursor;
      wait = WAIT_S;
    }
  } catch {
    listener.closed(CLOSED_BY_NETWORK);
  }
}

async function ask(
  { environment, url, token }: Attempt,
  cursor: string | undefined,
  wait: number,
  signal: AbortSignal,
): Promise<PollAnswer | number> {
  const after = cursor === undefined ? "" : `after=${encodeURIComponent(cursor)}&`;
  const answer = await environment.fetch(`${url}/v1/poll?${after}wait=${wait}`, {
    headers: { authorization: `Bearer ${token}` },
    signal,
    cache: "no-store",
  });
  if (answer.status === 401) return CLOSED_SIGNED_OUT;
  if (!answer.ok) return CLOSED_BY_NETWORK;
  return (await answer.json()) as PollAnswer;
}

function mailboxOf(cursor: string): string {
  return cursor.slice(0, cursor.lastIndexOf("."));
}
