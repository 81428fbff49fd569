import { downward, type Read } from "./downward.ts";
import { sseParser } from "./sse-parser.ts";
import { CLOSED_BY_NETWORK, codeOfStatus, parseFrame } from "./transport.ts";

const read: Read = async ({ environment, url, token, resume }, listener, _, signal) => {
  const headers: Record<string, string> = {
    authorization: `Bearer ${token}`,
    accept: "text/event-stream",
  };
  if (resume !== undefined) headers["last-event-id"] = resume;
  const init: RequestInit = { headers, signal, cache: "no-store" };
  const answer = await environment.fetch(`${url}/v1/events`, init);
  if (!answer.ok || !answer.body) return codeOfStatus(answer.status);
  const decoder = new TextDecoder();
  const parse = sseParser(({ data }) => {
    const frame = parseFrame(data);
    if (frame) listener.frame(frame);
  });
  const reader = answer.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return CLOSED_BY_NETWORK;
    listener.alive();
    parse(decoder.decode(value, { stream: true }));
  }
};

/**
 * The second rung: an event stream read with `fetch`, because an `EventSource` cannot carry the
 * token in a header.
 */
export const openSse = downward(read);
