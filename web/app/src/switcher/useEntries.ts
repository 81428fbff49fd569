import {
  type Client,
  type Conversation,
  type State,
  conversationList,
  rows,
} from "@switchboard/client";
import { useMemo } from "preact/hooks";
import { toast } from "../parts/Toast.tsx";
import { useAsked } from "../parts/useAsked.ts";
import { useDebounced } from "../parts/useDebounced.ts";
import { nameIn, plainIn, titleIn } from "../session/names.ts";
import { openAt } from "../session/route.ts";
import { useClient, usePart } from "../session/session.ts";
import { errorWords } from "../session/words.ts";
import { fold, matches } from "./match.ts";

/** Something to go to. */
export interface SwitcherEntry {
  readonly key: string;
  readonly kind: "conversations" | "people" | "messages";
  readonly title: string;
  readonly under?: string | undefined;
  readonly user?: string | undefined;
  readonly unread?: number | undefined;
  readonly open: () => void;
}

const LEAST = 2;
const SHOWN = 8;

/** What fits a question: what is known at once, then what the server finds; offline, what is at hand. */
export function useEntries(query: string): { entries: readonly SwitcherEntry[]; busy: boolean } {
  const client = useClient();
  const state = usePart((all) => all);
  const asked = useDebounced(query);
  const enough = [...asked].length >= LEAST;
  const online = state.connection.state === "online";
  const people = useAsked(
    enough && online
      ? () => client.command("user.find", { q: asked.replace(/^@/, ""), limit: SHOWN })
      : null,
    [asked, online],
  );
  const messages = useAsked(
    enough && online ? () => client.command("search", { q: asked, limit: SHOWN }) : null,
    [asked, online],
  );
  const entries = useMemo(() => {
    const known = conversationEntries(state, query);
    const direct = new Set(conversationList(state).map((each) => each.peer));
    const found =
      query === ""
        ? []
        : (people.value?.users ?? [])
            .filter((user) => user.username !== state.me.username && !direct.has(user.username))
            .map((user) => personEntry(client, user.username, user.name));
    const hits =
      query === ""
        ? []
        : online
          ? (messages.value?.hits ?? []).map((hit) =>
              messageEntry(
                state,
                hit.message.conversation,
                hit.message.seq,
                hit.message.sender ?? "",
                "text" in hit.message ? hit.message.text : "",
              ),
            )
          : keptMessages(state, query);
    return [...known, ...found, ...hits];
  }, [state, query, people.value, messages.value, client, online]);
  return { entries, busy: people.busy || messages.busy };
}

function conversationEntries(state: State, query: string): SwitcherEntry[] {
  const wanted = fold(query);
  return conversationList(state)
    .filter((each) => matches(`${titleIn(state, each)} ${each.peer ?? ""}`, wanted))
    .slice(0, query === "" ? 12 : SHOWN)
    .map((each) => conversationEntry(state, each));
}

function conversationEntry(state: State, conversation: Conversation): SwitcherEntry {
  const { id, peer } = conversation;
  const under = peer === undefined ? conversation.topic : `@${peer}`;
  return {
    key: id,
    kind: "conversations",
    title: titleIn(state, conversation),
    under,
    user: peer,
    unread: conversation.unread,
    open: () => openAt(id),
  };
}

function personEntry(client: Client, username: string, name: string): SwitcherEntry {
  const open = async (): Promise<void> => {
    try {
      openAt((await client.command("conversation.direct", { username })).conversation.id);
    } catch (thrown) {
      toast(errorWords(thrown), { alert: true });
    }
  };
  return {
    key: `@${username}`,
    kind: "people",
    title: name,
    under: `@${username}`,
    user: username,
    open: () => void open(),
  };
}

function messageEntry(
  state: State,
  conversation: string,
  seq: number,
  sender: string,
  text: string,
): SwitcherEntry {
  const place = state.conversations.get(conversation);
  const name = nameIn(state, sender);
  const title = place && place.kind !== "direct" ? `${name} · ${titleIn(state, place)}` : name;
  return {
    key: `${conversation}/${seq}`,
    kind: "messages",
    title,
    under: plainIn(state, text),
    user: sender,
    open: () => openAt(conversation, seq),
  };
}

function keptMessages(state: State, query: string): SwitcherEntry[] {
  const wanted = fold(query);
  const found: SwitcherEntry[] = [];
  for (const conversation of state.timelines.keys()) {
    for (const row of rows(state, conversation)) {
      if (row.kind !== "message" || row.seq === undefined || !matches(row.text, wanted)) continue;
      found.unshift(messageEntry(state, conversation, row.seq, row.sender, row.text));
    }
  }
  return found.slice(0, SHOWN);
}
