import { Poster } from "./post.ts";
import {
  type Attempt,
  CLOSED_BY_NETWORK,
  type OpenTransport,
  type TransportListener,
} from "./transport.ts";

/** Reads what comes down until it ends; gives the code to close with. */
export type Read = (
  attempt: Attempt,
  listener: TransportListener,
  poster: Poster,
  signal: AbortSignal,
) => Promise<number>;

/** A transport of two parts: something that comes down, and commands that go up by POST. */
export function downward(read: Read): OpenTransport {
  return (attempt, listener) => {
    const abort = new AbortController();
    const close = () => {
      abort.abort();
      poster.close();
    };
    const told = <A extends unknown[]>(tell: (...told: A) => void) => {
      return (...told: A) => abort.signal.aborted || tell(...told);
    };
    const guarded: TransportListener = {
      frame: told((frame) => {
        if (frame.type === "hello") poster.mailbox = frame.mailbox;
        listener.frame(frame);
      }),
      resumed: told(listener.resumed),
      alive: told(listener.alive),
      closed: told((code) => {
        close();
        listener.closed(code);
      }),
    };
    const poster = new Poster(attempt, guarded);
    read(attempt, guarded, poster, abort.signal).then(guarded.closed, () =>
      guarded.closed(CLOSED_BY_NETWORK),
    );
    return { send: (frame) => poster.send(frame), close };
  };
}
