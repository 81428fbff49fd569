import type { MessageRow, Receipt } from "@switchboard/client";
import type { JSX } from "preact";
import { t } from "../i18n/i18n.ts";
import { Icon, type IconName } from "../parts/Icon.tsx";
import { namesIn } from "../session/names.ts";
import { useClient, usePart } from "../session/session.ts";
import { errorWords } from "../session/words.ts";
import { ClientError } from "@switchboard/client";

const ICONS: Readonly<Record<Exclude<Receipt["status"], "failed">, IconName>> = {
  queued: "clock",
  sending: "clock",
  sent: "check",
  delivered: "checks",
  read: "checks",
};

/**
 * How far an own message has come: a sign beside it, the words on hover and for screen readers. Of
 * one that was not sent `NotSent` tells.
 */
export function Tick({
  receipt,
  direct,
}: {
  receipt: Receipt;
  direct: boolean;
}): JSX.Element | null {
  const names = usePart((state) => namesIn(state, receipt.read), [receipt]);
  const { status } = receipt;
  if (status === "failed") return null;
  const some = receipt.read.length > 0;
  const words =
    direct || !some
      ? t(`status.${status}`)
      : t("status.readBy", { count: receipt.read.length, total: receipt.of });
  const title = some && !direct ? t("status.readBy.names", { names }) : words;
  const read = status === "read" || (some && !direct);
  return (
    <span class={`tick ${read ? "tick-read" : ""}`} title={title}>
      <Icon name={read ? "checks" : ICONS[status]} size={15} />
      <span class="tick-words">{words}</span>
    </span>
  );
}

/** Says that a message was not sent, why, and what can be done. */
export function NotSent({ row }: { row: MessageRow }): JSX.Element {
  const client = useClient();
  const failure = row.pending?.failure;
  const reason = errorWords(
    new ClientError({ code: failure?.code ?? "internal", message: failure?.message ?? "" }),
  );
  return (
    <div class="not-sent" role="alert">
      <Icon name="alert" size={15} />
      <span>{t("status.failed", { reason })}</span>
      <button type="button" onClick={() => client.retry(row.key)}>
        {t("status.retry")}
      </button>
      <button type="button" onClick={() => client.discard(row.key)}>
        {t("status.delete")}
      </button>
    </div>
  );
}
