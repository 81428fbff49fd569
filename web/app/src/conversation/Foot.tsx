import type { Conversation } from "@switchboard/client";
import type { JSX } from "preact";
import { t } from "../i18n/i18n.ts";
import { Button } from "../parts/Button.tsx";
import { useAction } from "../parts/useAsked.ts";
import { useTitle } from "../session/names.ts";
import { useClient, usePart } from "../session/session.ts";
import { may } from "../session/may.ts";
import { Invited, Stranger } from "./Answers.tsx";

/** What stands in the composer's place when one cannot write: why, and what to do. */
export function Foot({
  conversation,
  blocked,
}: {
  conversation: Conversation;
  blocked: boolean;
}): JSX.Element {
  if (conversation.standing === "invited")
    return conversation.peer === undefined ? (
      <Invited conversation={conversation} />
    ) : (
      <Stranger conversation={conversation} peer={conversation.peer} />
    );
  return <Closed conversation={conversation} blocked={blocked} />;
}

function Closed({
  conversation,
  blocked,
}: {
  conversation: Conversation;
  blocked: boolean;
}): JSX.Element {
  const client = useClient();
  const name = useTitle(conversation);
  const { busy, error, run } = useAction();
  const deleted = usePart(
    (state) =>
      conversation.peer !== undefined && state.users.get(conversation.peer)?.deleted === true,
    [conversation.peer],
  );
  const joinable = may(conversation, "join");
  return (
    <section class="foot foot-line">
      <p>{closedWords(conversation, blocked, deleted, name)}</p>
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      {blocked && conversation.peer !== undefined && (
        <Button
          busy={busy}
          onClick={() =>
            run(() => client.command("block.remove", { username: conversation.peer ?? "" }))
          }
        >
          {t("conversation.unblock")}
        </Button>
      )}
      {joinable && (
        <Button
          kind="primary"
          busy={busy}
          onClick={() =>
            run(() => client.command("conversation.join", { conversation: conversation.id }))
          }
        >
          {t("conversation.join")}
        </Button>
      )}
    </section>
  );
}

function closedWords(
  conversation: Conversation,
  blocked: boolean,
  deleted: boolean,
  name: string,
): string {
  if (blocked) return t("conversation.blocked", { name });
  if (deleted) return t("conversation.peerDeleted");
  if (conversation.standing === "banned") return t("conversation.banned");
  if (may(conversation, "join")) return t("conversation.join.hint");
  if (conversation.standing === "left") return t("conversation.left");
  return t(conversation.kind === "broadcast" ? "conversation.readOnly" : "conversation.noPost");
}
