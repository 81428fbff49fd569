import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Suspended } from "./parts/Suspended.tsx";
import { Conversation } from "./conversation/Conversation.tsx";
import { Nothing } from "./conversation/Nothing.tsx";
import { t } from "./i18n/i18n.ts";
import { useShortcuts } from "./keys/useShortcuts.ts";
import { LinkBanner } from "./LinkBanner.tsx";
import { useNotifications } from "./notify/useNotifications.ts";
import { NotifyOffer } from "./notify/NotifyOffer.tsx";
import { closeOver, go, route } from "./session/route.ts";
import { usePart } from "./session/session.ts";
import { whenIdle } from "./session/idle.ts";
import { Sidebar } from "./sidebar/Sidebar.tsx";
import { Switcher } from "./switcher/Switcher.tsx";

const loadPanel = (): Promise<{ default: typeof import("./panel/Panel.tsx").Panel }> =>
  import("./panel/Panel.tsx").then((module) => ({ default: module.Panel }));
const loadOver = (): Promise<{ default: typeof import("./Over.tsx").Over }> =>
  import("./Over.tsx").then((module) => ({ default: module.Over }));

/** The three regions, at three widths. */
export function Shell(): JSX.Element {
  const where = route.value;
  const conversation = usePart(
    (state) =>
      where.conversation === null ? undefined : state.conversations.get(where.conversation),
    [where.conversation],
  );
  const ready = usePart((state) => state.ready);
  useShortcuts();
  useNotifications();
  // Fetched before they are wanted: who opens one of them types at once.
  useEffect(() => whenIdle(() => Promise.all([loadOver(), loadPanel()])), []);
  return (
    <div
      class="shell"
      data-open={where.conversation !== null}
      data-panel={where.panel ?? undefined}
    >
      <button
        type="button"
        class="skip"
        onClick={() => document.getElementById("messages")?.focus()}
      >
        {t("common.skip")}
      </button>
      <nav class="side" aria-label={t("region.sidebar")} data-region="sidebar" tabIndex={-1}>
        <Sidebar open={where.conversation} />
      </nav>
      <main class="main" aria-label={t("region.messages")} data-region="messages" tabIndex={-1}>
        <LinkBanner />
        <NotifyOffer />
        {conversation ? (
          <Conversation key={conversation.id} conversation={conversation} target={where.at} />
        ) : (
          <Nothing wanted={where.conversation !== null} ready={ready} />
        )}
      </main>
      {where.panel && (
        <>
          <div class="panel-veil" onClick={() => go({ panel: null })} aria-hidden="true" />
          <aside class="panel" aria-label={t("region.panel")} data-region="panel" tabIndex={-1}>
            <Suspended load={loadPanel} props={{ panel: where.panel, conversation }} />
          </aside>
        </>
      )}
      {/* At hand from the start: what is typed right after its keys belongs to it. */}
      {where.over === "switcher" && <Switcher onClose={closeOver} />}
      {where.over && where.over !== "switcher" && (
        <Suspended
          load={loadOver}
          props={{ over: where.over, section: where.section, onClose: closeOver }}
        />
      )}
    </div>
  );
}
