import type { MessageRow } from "@switchboard/client";
import type { JSX } from "preact";
import { t } from "../i18n/i18n.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { Skeleton } from "../parts/Skeleton.tsx";
import { useAsked } from "../parts/useAsked.ts";
import { useClient } from "../session/session.ts";
import { Body } from "../text/Body.tsx";
import { medium } from "../time/format.ts";
import { useStage } from "./context.ts";

/** Every text that a message had, newest first. */
export function Versions({ row, onClose }: { row: MessageRow; onClose: () => void }): JSX.Element {
  const client = useClient();
  const { conversation } = useStage();
  const asked = useAsked(
    () =>
      client.command("message.versions", { conversation: conversation.id, message: row.seq ?? 0 }),
    [row.seq],
  );
  const versions = asked.value?.versions.toReversed();
  return (
    <Dialog title={t("message.versions")} onClose={onClose}>
      {asked.error && (
        <p class="error" role="alert">
          {asked.error}
        </p>
      )}
      {asked.busy && !versions && <Skeleton rows={2} kind="list" />}
      <ol class="versions">
        {versions?.map((version, index) => (
          <li key={version.seq}>
            <p class="soft">
              {index === 0 ? `${t("message.versions.now")} · ` : ""}
              <time dateTime={version.at}>{medium(version.at)}</time>
            </p>
            <Body text={version.text} mentions={row.mentions} />
          </li>
        ))}
      </ol>
    </Dialog>
  );
}
