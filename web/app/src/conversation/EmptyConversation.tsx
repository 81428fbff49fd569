import type { Conversation } from "@switchboard/client";
import type { JSX } from "preact";
import { t } from "../i18n/i18n.ts";
import { Empty } from "../parts/Empty.tsx";
import { useTitle } from "../session/names.ts";
import { may } from "../session/may.ts";

/** What a conversation without messages says. */
export function EmptyConversation({ conversation }: { conversation: Conversation }): JSX.Element {
  const name = useTitle(conversation);
  const hint =
    conversation.kind === "direct"
      ? t("conversation.empty.direct", { name })
      : conversation.kind === "broadcast"
        ? t("conversation.empty.broadcast")
        : t("conversation.empty.group");
  return (
    <Empty
      icon="message"
      title={t("conversation.empty")}
      hint={may(conversation, "post") ? hint : undefined}
    />
  );
}
