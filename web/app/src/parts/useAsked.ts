import { useCallback, useEffect, useState } from "preact/hooks";
import { errorWords } from "../session/words.ts";

/** What became of a question to the server. */
export interface Asked<T> {
  readonly value: T | undefined;
  readonly busy: boolean;
  readonly error: string | null;
  readonly again: () => void;
  readonly set: (value: T) => void;
}

/** Asks when `deps` change, forgets answers that come too late; `ask` null asks nothing. */
export function useAsked<T>(ask: (() => Promise<T>) | null, deps: readonly unknown[]): Asked<T> {
  const [value, set] = useState<T | undefined>(undefined);
  const [busy, setBusy] = useState(ask !== null);
  const [error, setError] = useState<string | null>(null);
  const [turn, setTurn] = useState(0);
  // The caller names them.
  useEffect(() => {
    if (!ask) {
      set(undefined);
      setBusy(false);
      return;
    }
    let wanted = true;
    setBusy(true);
    setError(null);
    ask()
      .then((answer) => wanted && set(answer))
      .catch((thrown: unknown) => wanted && setError(errorWords(thrown)))
      .finally(() => wanted && setBusy(false));
    return () => {
      wanted = false;
    };
  }, [...deps, turn]);
  const again = useCallback(() => setTurn((now) => now + 1), []);
  return { value, busy, error, again, set };
}

/** Runs one action at a time and keeps what went wrong. */
export function useAction(): {
  busy: boolean;
  error: string | null;
  run: (action: () => Promise<unknown>) => Promise<boolean>;
} {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const run = async (action: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    setError(null);
    try {
      await action();
      return true;
    } catch (thrown) {
      setError(errorWords(thrown));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, run };
}
