import { type Conversation, pendingRows, presenceOf, userOf } from "@switchboard/client";
import type { JSX } from "preact";
import { memo } from "../conversation/memo.ts";
import { t } from "../i18n/i18n.ts";
import { Avatar, ConversationSign } from "../parts/Avatar.tsx";
import { Icon } from "../parts/Icon.tsx";
import { useTitle } from "../session/names.ts";
import { formatRoute, openAt } from "../session/route.ts";
import { usePart } from "../session/session.ts";
import { full, listTime } from "../time/format.ts";
import { Preview } from "./Preview.tsx";

/** One conversation of the list: who, the last words, when, and what waits there. */
export const ConversationRow = memo(function ConversationRow({
  conversation,
  chosen,
}: {
  conversation: Conversation;
  chosen: boolean;
}): JSX.Element {
  const { id } = conversation;
  const title = useTitle(conversation);
  const muted =
    conversation.muted_until !== undefined && Date.parse(conversation.muted_until) > Date.now();
  const loud = conversation.unread > 0 && (!muted || conversation.mentions > 0);
  const waiting =
    loud || conversation.marked_unread === true || conversation.standing === "invited";
  const at = conversation.last?.at ?? conversation.active_at;
  const href = formatRoute({ conversation: id, at: null, panel: null, over: null, section: null });
  const open = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    openAt(id);
  };
  return (
    <li>
      <a
        class={waiting ? "row row-unread" : "row"}
        href={href}
        aria-current={chosen ? "page" : undefined}
        onClick={open}
      >
        <Sign conversation={conversation} title={title} />
        <span class="row-words">
          <span class="row-line">
            <bdi class="row-title">{title}</bdi>
            {muted && (
              <span class="row-sign" title={t("sidebar.muted")}>
                <Icon name="muted" size={13} />
                <span class="hidden">{t("sidebar.muted")}</span>
              </span>
            )}
            <time class="row-time" dateTime={at} title={full(at)}>
              {listTime(at)}
            </time>
          </span>
          <span class="row-line">
            <Preview conversation={conversation} />
            <Marks conversation={conversation} muted={muted} />
          </span>
        </span>
      </a>
    </li>
  );
});

function Sign({ conversation, title }: { conversation: Conversation; title: string }): JSX.Element {
  const { peer } = conversation;
  const user = usePart((state) => (peer === undefined ? undefined : userOf(state, peer)), [peer]);
  const presence = usePart(
    (state) => (peer === undefined ? undefined : presenceOf(state, peer)?.state),
    [peer],
  );
  if (user)
    return (
      <Avatar user={user} size={44} presence={presence === "offline" ? undefined : presence} />
    );
  return (
    <ConversationSign
      id={conversation.id}
      title={title}
      size={44}
      icon={conversation.kind === "broadcast" ? "broadcast" : undefined}
    />
  );
}

function Marks({
  conversation,
  muted,
}: {
  conversation: Conversation;
  muted: boolean;
}): JSX.Element {
  const failed = usePart(
    (state) => pendingRows(state, conversation.id).some((row) => row.pending?.status === "failed"),
    [conversation.id],
  );
  const { unread, mentions, marked_unread } = conversation;
  return (
    <span class="row-marks">
      {failed && (
        <span class="row-failed" title={t("sidebar.failed")}>
          <Icon name="alert" size={16} />
          <span class="hidden">{t("sidebar.failed")}</span>
        </span>
      )}
      {mentions > 0 && (
        <span class="badge badge-mention" title={t("sidebar.mention")}>
          <Icon name="mention" size={12} />
          <span class="hidden">{t("sidebar.mention")}</span>
        </span>
      )}
      {unread > 0 && (
        <span class={muted ? "badge badge-quiet" : "badge"}>
          <span aria-hidden="true">{unread > 999 ? "999+" : unread}</span>
          <span class="hidden">{t("sidebar.unread", { count: unread })}</span>
        </span>
      )}
      {unread === 0 && (marked_unread || conversation.standing === "invited") && (
        <span class="badge badge-dot">
          <span class="hidden">{t("message.markUnread")}</span>
        </span>
      )}
    </span>
  );
}
