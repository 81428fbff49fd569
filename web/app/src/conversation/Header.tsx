import { type Conversation, presenceOf, userOf } from "@switchboard/client";
import type { JSX } from "preact";
import { t } from "../i18n/i18n.ts";
import { Avatar, ConversationSign } from "../parts/Avatar.tsx";
import { IconButton } from "../parts/Button.tsx";
import { Icon } from "../parts/Icon.tsx";
import { useTitle } from "../session/names.ts";
import { go, togglePanel } from "../session/route.ts";
import { useLink, usePart } from "../session/session.ts";
import { ago } from "../time/format.ts";

/** Who or what, presence or members, and the way to search and details. */
export function Header({ conversation }: { conversation: Conversation }): JSX.Element {
  const title = useTitle(conversation);
  const muted =
    conversation.muted_until !== undefined && Date.parse(conversation.muted_until) > Date.now();
  return (
    <header class="head">
      <IconButton
        class="head-back"
        icon="back"
        label={t("common.back")}
        onClick={() => go({ conversation: null, panel: null })}
      />
      <button
        type="button"
        class="head-who"
        onClick={() => togglePanel("details")}
        title={t("conversation.details")}
      >
        <Sign conversation={conversation} title={title} />
        <span class="head-words">
          <h1 class="head-title">
            <bdi>{title}</bdi>
            {muted && (
              <>
                <Icon name="muted" size={14} />
                <span class="hidden">{t("conversation.muted")}</span>
              </>
            )}
          </h1>
          <Under conversation={conversation} />
        </span>
      </button>
      <IconButton
        icon="search"
        label={t("conversation.search")}
        onClick={() => togglePanel("search")}
      />
      <IconButton
        icon={conversation.kind === "direct" ? "info" : "group"}
        label={t("conversation.details")}
        onClick={() => togglePanel("details")}
      />
    </header>
  );
}

function Sign({ conversation, title }: { conversation: Conversation; title: string }): JSX.Element {
  const { peer } = conversation;
  const user = usePart((state) => (peer === undefined ? undefined : userOf(state, peer)), [peer]);
  const presence = usePart(
    (state) => (peer === undefined ? undefined : presenceOf(state, peer)?.state),
    [peer],
  );
  if (user) return <Avatar user={user} presence={presence === "offline" ? undefined : presence} />;
  return (
    <ConversationSign
      id={conversation.id}
      title={title}
      icon={conversation.kind === "broadcast" ? "broadcast" : undefined}
    />
  );
}

function Under({ conversation }: { conversation: Conversation }): JSX.Element | null {
  const { peer } = conversation;
  const presence = usePart(
    (state) => (peer === undefined ? undefined : presenceOf(state, peer)),
    [peer],
  );
  const away = useLink() === "offline";
  if (peer === undefined) {
    const count = t("conversation.members", { count: conversation.members });
    return (
      <span class="head-under">
        {conversation.topic ? (
          <>
            <span>{count}</span> · <bdi>{conversation.topic}</bdi>
          </>
        ) : (
          count
        )}
      </span>
    );
  }
  if (away) return <span class="head-under">{t("presence.unknown")}</span>;
  const words =
    presence?.last_seen && presence.state === "offline"
      ? t("presence.lastSeen", { time: ago(presence.last_seen) })
      : presence
        ? t(`presence.${presence.state}`)
        : `@${peer}`;
  return <span class="head-under">{words}</span>;
}
