import type { ServerFrame } from "../generated/protocol.ts";
import { Poster } from "./post.ts";
import { sseParser } from "./sse-parser.ts";
import {
  type Attempt,
  CLOSED_BY_NETWORK,
  CLOSED_SIGNED_OUT,
  type OpenTransport,
  parseFrame,
  type TransportListener,
} from "./transport.ts";

/**
 * The second rung: an event stream read with `fetch`, because an `EventSource` cannot carry the
 * token in a header; commands go up by POST.
 */
export const openSse: OpenTransport = (attempt, listener) => {
  const abort = new AbortController();
  let over = false;
  const guarded: TransportListener = {
    frame: (frame) => {
      if (over) return;
      if (frame.type === "hello") poster.mailbox = frame.mailbox;
      listener.frame(frame);
    },
    resumed: () => undefined,
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
  void read(attempt, guarded, abort.signal);
  return { send: (frame) => poster.send(frame), close };
};

async function read(
  attempt: Attempt,
  listener: TransportListener,
  signal: AbortSignal,
): Promise<void> {
  const { environment, url, token, resume } = attempt;
  const headers: Record<string, string> = {
    authorization: `Bearer ${token}`,
    accept: "text/event-stream",
  };
  if (resume !== undefined) headers["last-event-id"] = resume;
  try {
    const answer = await environment.fetch(`${url}/v1/events`, {
      headers,
      signal,
      cache: "no-store",
    });
    if (answer.status === 401) return listener.closed(CLOSED_SIGNED_OUT);
    if (!answer.ok || !answer.body) return listener.closed(CLOSED_BY_NETWORK);
    await readStream(answer.body, (frame) => listener.frame(frame), listener.alive);
  } catch {
    // The stream broke, or was closed here.
  }
  listener.closed(CLOSED_BY_NETWORK);
}

async function readStream(
  body: ReadableStream<Uint8Array>,
  tell: (frame: ServerFrame) => void,
  alive: () => void,
): Promise<void> {
  const decoder = new TextDecoder();
  const parse = sseParser(({ data }) => {
    const frame = parseFrame(data);
    if (frame) tell(frame);
  });
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    alive();
    parse(decoder.decode(value, { stream: true }));
  }
}
