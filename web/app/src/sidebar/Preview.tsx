import {
  type Conversation,
  type MessageRow,
  type State,
  pendingRows,
  typingIn,
} from "@switchboard/client";
import type { JSX } from "preact";
import { noteWords } from "../conversation/note-words.ts";
import { list, t } from "../i18n/i18n.ts";
import { nameIn, plainIn } from "../session/names.ts";
import { openConversation } from "../session/route.ts";
import { usePart } from "../session/session.ts";

/** The last words of a conversation, or what is more pressing: someone typing, a draft. */
export function Preview({ conversation }: { conversation: Conversation }): JSX.Element {
  const { id } = conversation;
  const open = openConversation.value === id;
  const draft = usePart(
    (state) => {
      const text = open ? undefined : state.drafts.get(id)?.text;
      return text && plainIn(state, text);
    },
    [id, open],
  );
  const typing = usePart((state) => typingWords(state, id), [id]);
  const words = usePart((state) => previewWords(state, conversation), [conversation]);
  if (typing) return <span class="row-preview row-typing">{typing}</span>;
  if (draft)
    return (
      <span class="row-preview" dir="auto">
        <span class="row-draft">{t("sidebar.draft")}</span> {draft}
      </span>
    );
  return (
    <span class="row-preview" dir="auto">
      {words}
    </span>
  );
}

function typingWords(state: State, id: string): string {
  const who = typingIn(state, id);
  if (who.length === 0) return "";
  return who.length > 2
    ? t("sidebar.typing.many")
    : t("sidebar.typing", {
        count: who.length,
        names: list(who.map((each) => nameIn(state, each))),
      });
}

/** What the list says of a conversation. */
export function previewWords(state: State, conversation: Conversation): string {
  if (conversation.standing === "invited")
    return t(
      conversation.peer === undefined ? "sidebar.preview.invited" : "sidebar.preview.stranger",
    );
  const pending: MessageRow | undefined = pendingRows(state, conversation.id).at(-1);
  if (pending) return t("sidebar.preview.you", { text: plainIn(state, pending.text) });
  const { last } = conversation;
  if (!last) return t("sidebar.preview.none");
  if (last.type !== "message.created") return noteWords(state, last) || t("sidebar.preview.none");
  const text = last.retracted
    ? t("sidebar.preview.retracted")
    : plainIn(state, last.text, last.mentions);
  if (last.sender === state.me.username) return t("sidebar.preview.you", { text });
  if (conversation.kind === "direct" || last.sender === undefined) return text;
  return t("sidebar.preview.from", { name: nameIn(state, last.sender), text });
}
