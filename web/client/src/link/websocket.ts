import { type AuthFrame, SUBPROTOCOL } from "../generated/protocol.ts";
import { CLOSED_BY_NETWORK, type OpenTransport, parseFrame } from "./transport.ts";

/** The first rung: frames both ways over one WebSocket (RFC 6455). */
export const openWebSocket: OpenTransport = ({ environment, url, token, resume }, listener) => {
  const socket = environment.socket?.(socketUrl(url), [SUBPROTOCOL]);
  if (!socket) {
    const timer = environment.setTimer(() => listener.closed(CLOSED_BY_NETWORK), 0);
    return { send: () => undefined, close: () => environment.clearTimer(timer) };
  }
  socket.onopen = () => {
    const auth: AuthFrame = { type: "auth", token, resume };
    socket.send(JSON.stringify(auth));
  };
  socket.onmessage = ({ data }) => {
    const frame = typeof data === "string" ? parseFrame(data) : undefined;
    if (frame) listener.frame(frame);
    else listener.alive();
  };
  socket.onclose = ({ code }) => listener.closed(code);
  return {
    send: (frame) => socket.send(JSON.stringify(frame)),
    close: () => {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.onerror = () => undefined;
      socket.close(1000);
    },
  };
};

function socketUrl(url: string): string {
  const base = url || globalThis.location?.origin || "";
  return `${base.replace(/^http/, "ws")}/v1/ws`;
}
