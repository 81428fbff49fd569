import type { ServerFrame } from "../generated/protocol.ts";
import { downward, type Read } from "./downward.ts";
import { type Attempt, CLOSED_BY_NETWORK, codeOfStatus } from "./transport.ts";

/** How long the server may hold an answer back, in seconds. */
const WAIT_S = 25;

interface PollAnswer {
  readonly frames: readonly ServerFrame[];
  readonly cursor: string;
}

const read: Read = async (attempt, listener, poster, signal) => {
  let cursor = attempt.resume;
  // The first answer comes at once, so that it is known whether this rung holds.
  let wait = 0;
  while (!signal.aborted) {
    const answer = await ask(attempt, cursor, wait, signal);
    if (typeof answer === "number") return answer;
    cursor = answer.cursor;
    poster.mailbox = cursor.slice(0, cursor.lastIndexOf("."));
    const greeted = answer.frames.some((frame) => frame.type === "hello");
    if (wait === 0 && !greeted) listener.resumed();
    else listener.alive();
    for (const frame of answer.frames) listener.frame(frame);
    if (answer.frames.some((frame) => frame.type === "end")) return CLOSED_BY_NETWORK;
    wait = WAIT_S;
  }
  return CLOSED_BY_NETWORK;
};

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
  if (!answer.ok) return codeOfStatus(answer.status);
  return (await answer.json()) as PollAnswer;
}

/** The last rung: one request after another, each held back until there is something to tell. */
export const openPoll = downward(read);
