import type { JSX } from "preact";
import { t } from "../i18n/i18n.ts";
import { Button } from "../parts/Button.tsx";
import { Empty } from "../parts/Empty.tsx";
import { go } from "../session/route.ts";

/** What stands where a conversation would be. */
export function Nothing({ gone }: { gone: boolean }): JSX.Element {
  if (gone) {
    return (
      <Empty icon="info" title={t("conversation.gone")}>
        <Button onClick={() => go({ conversation: null, panel: null })}>{t("common.back")}</Button>
      </Empty>
    );
  }
  return (
    <Empty icon="message" title={t("conversation.pick")} hint={t("conversation.pick.hint")}>
      <Button icon="compose" onClick={() => go({ over: "people" })}>
        {t("sidebar.new")}
      </Button>
    </Empty>
  );
}
