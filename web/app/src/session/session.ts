import { type Client, ClientError, type ConnectionState, type State } from "@switchboard/client";
import { type ReadonlySignal, computed, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext, useMemo } from "preact/hooks";

/** A signed-in account: the client, and its state as a signal that components read. */
export interface Session {
  readonly client: Client;
  readonly state: ReadonlySignal<State>;
  /** How the connection stands, in the words of a person. */
  readonly link: ReadonlySignal<LinkState>;
  /** Stops following the client. */
  stop(): void;
}

/** `connecting`: nobody has said yet that there is no connection. */
export type LinkState = "online" | "connecting" | "offline";

/** For so long the first attempt may go on before it is called what it is, in milliseconds. */
const FIRST_MS = 5_000;

/** How the connection stands; `late`: the first attempt has had its time. */
export function linkOf({ state, reason }: ConnectionState, late: boolean): LinkState {
  if (state === "online") return "online";
  return state === "connecting" && reason === "starting" && !late ? "connecting" : "offline";
}

/** Follows a client. */
export function followClient(client: Client): Session {
  const state = signal(client.state);
  const late = signal(false);
  const timer = setTimeout(() => {
    late.value = true;
  }, FIRST_MS);
  const link = computed(() => linkOf(state.value.connection, late.value));
  const unsubscribe = client.subscribe((next) => {
    state.value = next;
  });
  const stop = (): void => {
    clearTimeout(timer);
    unsubscribe();
  };
  return { client, state, link, stop };
}

/** Gives the components below it their session. */
export const SessionContext = createContext<Session | null>(null);

/** The session of a signed-in page. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("no session above this component");
  return session;
}

/** How the connection stands. */
export const useLink = (): LinkState => useSession().link.value;

/** The client of a signed-in page. */
export const useClient = (): Client => useSession().client;

/**
 * A part of the state. The component is drawn again only when that part changes; `deps` are what
 * the selection depends on besides the state.
 */
export function usePart<T>(select: (state: State) => T, deps: readonly unknown[] = []): T {
  const { state } = useSession();
  // The caller names them.
  return useMemo(() => computed(() => select(state.value)), [state, ...deps]).value;
}

/** Whatever was thrown, as an error with a code. */
export function errorOf(thrown: unknown): ClientError {
  if (thrown instanceof ClientError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ClientError({ code: "internal", message });
}
