import type { MessageRow, State } from "@switchboard/client";
import { t } from "../i18n/i18n.ts";
import { nameIn, plainIn } from "../session/names.ts";
import { usePart } from "../session/session.ts";
import { clock } from "../time/format.ts";
import { messageAt } from "./Quoted.tsx";
import { useStage } from "./context.ts";

/** What a screen reader says for the whole message. */
export function useLabel(row: MessageRow, name: string): string {
  const { conversation } = useStage();
  const other = usePart((state) => repliedTo(state, conversation.id, row), [conversation.id, row]);
  const plain = usePart((state) => plainIn(state, row.text, row.mentions), [row]);
  const text = row.retracted ? t("message.retracted") : plain;
  const values = { name: row.mine ? t("common.you") : name, time: clock(row.at), text };
  const count = row.reactions.reduce((sum, each) => sum + each.count, 0);
  return [
    other ? t("message.label.reply", { ...values, other }) : t("message.label", values),
    row.edited !== undefined && !row.retracted ? t("message.label.edited") : "",
    count > 0 ? t("message.label.reactions", { count }) : "",
  ]
    .filter(Boolean)
    .join(", ");
}

function repliedTo(state: State, conversation: string, row: MessageRow): string | null {
  const original =
    row.reply_to === undefined ? undefined : messageAt(state, conversation, row.reply_to);
  if (!original) return null;
  return original.mine ? t("common.youInside") : nameIn(state, original.sender);
}
