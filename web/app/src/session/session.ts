import { type Client, ClientError, type State } from "@switchboard/client";
import { type ReadonlySignal, computed, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext, useMemo } from "preact/hooks";

/** A signed-in account: the client, and its state as a signal that components read. */
export interface Session {
  readonly client: Client;
  readonly state: ReadonlySignal<State>;
  /** Stops following the client. */
  stop(): void;
}

/** Follows a client. */
export function followClient(client: Client): Session {
  const state = signal(client.state);
  const stop = client.subscribe((next) => {
    state.value = next;
  });
  return { client, state, stop };
}

/** Gives the components below it their session. */
export const SessionContext = createContext<Session | null>(null);

/** The session of a signed-in page. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("no session above this component");
  return session;
}

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
