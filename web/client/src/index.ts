// @switchboard/client: one state, one outbox, one connection.
//
// `register` or `signIn` gives a token, `connect` a client; `client.state` is everything there is to
// show, selectors answer questions about it, methods change it. Nothing here draws or touches a page.

export { type Credentials, type Registration, register, signIn } from "./account.ts";
export type {
  Client,
  ClientOptions,
  CommandOptions,
  PageOptions,
  Told,
  ToldOf,
} from "./api.ts";
export { connect } from "./client.ts";
export type { Channel, Environment, LockRequest, Socket, Timer, Wake } from "./environment.ts";
export { ClientError, type LocalErrorCode } from "./error.ts";
export type * from "./generated/protocol.ts";
export { PROTOCOL_VERSION, SUBPROTOCOL } from "./generated/protocol.ts";
export * from "./select.ts";
export * from "./state.ts";
export type { Areas, Changes, Saved, SavedConversation, SavedHead, Store } from "./store/store.ts";
export { IndexedDbStore } from "./store/indexeddb.ts";
export { MemoryStore } from "./store/memory.ts";
