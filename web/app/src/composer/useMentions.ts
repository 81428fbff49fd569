import { type Conversation, type User, displayName } from "@switchboard/client";
import { useEffect, useId, useMemo, useState } from "preact/hooks";
import { useClient, usePart } from "../session/session.ts";
import { membersOf } from "../session/members.ts";
import { type MentionQuery, matchMembers, mentionBefore } from "./mention-query.ts";
import type { Replacement } from "./useWriting.ts";

interface Mentions {
  readonly id: string;
  readonly open: boolean;
  readonly found: readonly User[];
  readonly at: number;
  readonly move: (by: number) => void;
  readonly close: () => void;
  readonly look: () => void;
  readonly complete: (index?: number) => Replacement | null;
  readonly aria: Readonly<Record<string, string | boolean>>;
}

/** Completes `@…` with the members of the conversation. */
export function useMentions(
  field: { current: HTMLTextAreaElement | null },
  conversation: Conversation,
  text: string,
): Mentions {
  const client = useClient();
  const id = useId();
  const [query, setQuery] = useState<MentionQuery | null>(null);
  const [members, setMembers] = useState<readonly User[]>([]);
  const [at, setAt] = useState(0);
  const me = usePart((state) => state.me.username);
  const nickname = usePart((state) => (user: User) => displayName(state, user.username));
  const found = useMemo(
    () =>
      query
        ? matchMembers(
            members.filter((user) => user.username !== me),
            query.word,
            nickname,
          )
        : [],
    [query, members, me, nickname],
  );
  const open = query !== null && found.length > 0;
  const look = (): void => {
    const place = field.current;
    const next =
      place && place.selectionStart === place.selectionEnd
        ? mentionBefore(place.value, place.selectionStart)
        : null;
    setQuery((before) =>
      before?.from === next?.from && before?.word === next?.word ? before : next,
    );
  };
  // Looks again whenever the text is another one.
  useEffect(look, [text]);
  // Another word begins at the first name.
  useEffect(() => setAt(0), [query?.word]);
  useEffect(() => {
    if (query === null || members.length > 0) return;
    membersOf(client, conversation).then(setMembers, () => undefined);
  }, [query, members.length, client, conversation]);

  const complete = (index = at): Replacement | null => {
    const user = found[index];
    const place = field.current;
    if (!user || !query || !place) return null;
    const head = `${place.value.slice(0, query.from)}@${user.username} `;
    const rest = place.value.slice(place.selectionStart).replace(/^[\w.-]* ?/, "");
    setQuery(null);
    return { text: head + rest, caret: head.length };
  };
  return {
    id,
    open,
    found,
    at,
    look,
    complete,
    move: (by) => setAt((now) => (now + by + found.length) % found.length),
    close: () => setQuery(null),
    aria: open
      ? {
          role: "combobox",
          "aria-autocomplete": "list",
          "aria-expanded": true,
          "aria-controls": id,
          "aria-activedescendant": `${id}-${at}`,
        }
      : { "aria-autocomplete": "list" },
  };
}
