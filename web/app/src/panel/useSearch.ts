import type { Hit } from "@switchboard/client";
import { useEffect, useState } from "preact/hooks";
import { useAsked } from "../parts/useAsked.ts";
import { useClient } from "../session/session.ts";

/** What to look for. */
export interface Query {
  /** The words; nothing is asked while there are none. */
  readonly words: string;
  /** Only in this conversation. */
  readonly conversation: string | undefined;
  /** Only from this user. */
  readonly from: string | undefined;
}

/** What was found so far, newest first. */
export interface Found {
  /** Undefined until there is an answer. */
  readonly hits: readonly Hit[] | undefined;
  readonly busy: boolean;
  readonly error: string | null;
  /** Asks for older ones; undefined when there are none. */
  readonly more: (() => void) | undefined;
}

const PAGE = 30;

interface Older {
  readonly hits: readonly Hit[];
  readonly cursor: string | undefined;
}

/** Asks the server for messages, page by page. */
export function useSearch({ words, conversation, from }: Query): Found {
  const client = useClient();
  const fields = {
    q: words,
    limit: PAGE,
    ...(conversation ? { conversation } : {}),
    ...(from ? { from } : {}),
  };
  const first = useAsked(words ? () => client.command("search", fields) : null, [
    words,
    conversation,
    from,
  ]);
  const [older, setOlder] = useState<Older>({ hits: [], cursor: undefined });
  useEffect(() => setOlder({ hits: [], cursor: first.value?.cursor }), [first.value]);
  const { cursor } = older;
  const load = async (): Promise<void> => {
    const page = await client.command("search", { ...fields, ...(cursor ? { cursor } : {}) });
    setOlder((before) => ({ hits: [...before.hits, ...page.hits], cursor: page.cursor }));
  };
  return {
    hits: first.value && [...first.value.hits, ...older.hits],
    busy: first.busy,
    error: first.error,
    more: cursor === undefined ? undefined : () => void load().catch(() => undefined),
  };
}
