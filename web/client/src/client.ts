import type { Client, ClientOptions } from "./api.ts";

/** Makes a client and starts it. */
export function connect(_options: ClientOptions): Client {
  throw new Error("not written yet");
}
