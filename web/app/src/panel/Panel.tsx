import type { Conversation } from "@switchboard/client";
import type { ComponentChildren, JSX } from "preact";
import { t } from "../i18n/i18n.ts";
import { IconButton } from "../parts/Button.tsx";
import { type PanelName, go } from "../session/route.ts";
import { Details } from "./Details.tsx";
import { Notifications } from "./Notifications.tsx";
import { SearchPanel } from "./SearchPanel.tsx";

/** What stands beside the conversation. */
export function Panel({
  panel,
  conversation,
}: {
  panel: PanelName;
  conversation: Conversation | undefined;
}): JSX.Element | null {
  if (panel === "notifications")
    return (
      <Framed title={t("notifications.title")}>
        <Notifications />
      </Framed>
    );
  if (panel === "search")
    return (
      <Framed title={t("search.title")}>
        <SearchPanel conversation={conversation} />
      </Framed>
    );
  if (!conversation) return null;
  return (
    <Framed title={t("details.title")}>
      <Details key={conversation.id} conversation={conversation} />
    </Framed>
  );
}

function Framed({ title, children }: { title: string; children: ComponentChildren }): JSX.Element {
  return (
    <>
      <header class="head panel-head">
        <h2>{title}</h2>
        <IconButton icon="close" label={t("common.close")} onClick={() => go({ panel: null })} />
      </header>
      <div class="panel-body">{children}</div>
    </>
  );
}
