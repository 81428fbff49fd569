import { conversationList, userOf } from "@switchboard/client";
import type { JSX } from "preact";
import { type Key, t } from "../i18n/i18n.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Button, IconButton } from "../parts/Button.tsx";
import { Empty } from "../parts/Empty.tsx";
import { Icon } from "../parts/Icon.tsx";
import { Skeleton } from "../parts/Skeleton.tsx";
import { nameIn } from "../session/names.ts";
import { list } from "../i18n/i18n.ts";
import { go, togglePanel } from "../session/route.ts";
import { type LinkState, useLink, usePart } from "../session/session.ts";
import { ConversationRow } from "./ConversationRow.tsx";

const MAC = /^Mac|^iP/.test(navigator.platform);

/** The conversations, with search above and the own profile below. */
export function Sidebar({ open }: { open: string | null }): JSX.Element {
  return (
    <>
      {open === null && <h1 class="hidden">{t("app.name")}</h1>}
      <div class="side-top">
        <button
          type="button"
          class="side-search"
          onClick={() => go({ over: "switcher" })}
          aria-keyshortcuts="Control+K"
        >
          <Icon name="search" size={16} />
          <span>{t("sidebar.search")}</span>
          <kbd>{MAC ? "⌘K" : t("sidebar.search.shortcut")}</kbd>
        </button>
        <IconButton
          icon="compose"
          label={t("sidebar.new")}
          onClick={() => go({ over: "people" })}
        />
      </div>
      <Requests />
      <List open={open} />
      <Own />
    </>
  );
}

function Requests(): JSX.Element | null {
  const from = usePart((state) =>
    [...state.contacts.values()].filter((each) => each.state === "incoming" && !each.blocked),
  );
  const names = usePart(
    (state) => list(from.slice(0, 3).map((each) => nameIn(state, each.user.username))),
    [from],
  );
  if (from.length === 0) return null;
  return (
    <button
      type="button"
      class="side-requests"
      onClick={() => go({ over: "people", section: "contacts" })}
    >
      <Icon name="add" size={18} />
      <span>
        <strong>{t("sidebar.requests", { count: from.length })}</strong>
        <span class="soft">{t("sidebar.requests.from", { names })}</span>
      </span>
    </button>
  );
}

function List({ open }: { open: string | null }): JSX.Element {
  const ready = usePart((state) => state.ready);
  const conversations = usePart(conversationList);
  if (!ready)
    return (
      <div class="side-list">
        <Skeleton rows={8} kind="list" />
      </div>
    );
  if (conversations.length === 0) {
    return (
      <div class="side-list">
        <Empty icon="message" title={t("sidebar.empty")} hint={t("sidebar.empty.hint")}>
          <Button kind="primary" icon="search" onClick={() => go({ over: "people" })}>
            {t("sidebar.empty.button")}
          </Button>
        </Empty>
      </div>
    );
  }
  return (
    <ul class="side-list" id="conversations">
      {conversations.map((each) => (
        <ConversationRow key={each.id} conversation={each} chosen={each.id === open} />
      ))}
    </ul>
  );
}

const RINGS = { online: "active", connecting: undefined, offline: "offline" } as const;
const LINK_WORDS = {
  online: "presence.active",
  connecting: "link.connecting",
  offline: "presence.offline",
} as const satisfies Record<LinkState, Key>;

function Own(): JSX.Element {
  const me = usePart((state) => userOf(state, state.me.username));
  const unseen = usePart((state) => state.notifications.unseen);
  const link = useLink();
  return (
    <div class="side-foot">
      <button
        type="button"
        class="side-own"
        onClick={() => go({ over: "settings", section: "profile" })}
      >
        <Avatar user={me} size={32} presence={RINGS[link]} />
        <span class="side-own-words">
          <bdi>{me.name}</bdi>
          <span class="soft">{t(LINK_WORDS[link])}</span>
        </span>
      </button>
      <IconButton
        icon="bell"
        label={t("sidebar.notifications", { count: unseen })}
        badge={unseen}
        onClick={() => togglePanel("notifications")}
      />
      <IconButton
        icon="settings"
        label={t("sidebar.settings")}
        onClick={() => go({ over: "settings" })}
      />
    </div>
  );
}
