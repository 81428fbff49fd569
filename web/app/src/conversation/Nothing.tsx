import type { JSX } from "preact";
import { t } from "../i18n/i18n.ts";
import { Button } from "../parts/Button.tsx";
import { Empty } from "../parts/Empty.tsx";
import { Skeleton } from "../parts/Skeleton.tsx";
import { go } from "../session/route.ts";

interface Props {
  /** A conversation is in the address. */
  wanted: boolean;
  /** It is known by now which conversations there are. */
  ready: boolean;
}

/** What stands where a conversation would be. */
export function Nothing({ wanted, ready }: Props): JSX.Element {
  if (!wanted) {
    return (
      <Empty icon="message" title={t("conversation.pick")} hint={t("conversation.pick.hint")}>
        <Button icon="compose" onClick={() => go({ over: "people" })}>
          {t("sidebar.new")}
        </Button>
      </Empty>
    );
  }
  return (
    <>
      <h1 class="hidden">{t("app.name")}</h1>
      {ready ? (
        <Empty icon="info" title={t("conversation.gone")}>
          <Button onClick={() => go({ conversation: null, panel: null })}>
            {t("common.back")}
          </Button>
        </Empty>
      ) : (
        <Skeleton rows={7} kind="messages" />
      )}
    </>
  );
}
