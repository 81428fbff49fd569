import type { JSX } from "preact";
import { t } from "../i18n/i18n.ts";
import { Icon } from "../parts/Icon.tsx";

/** Leads to the newest message, and tells how many came meanwhile. */
export function ToEnd({ unread, onClick }: { unread: number; onClick: () => void }): JSX.Element {
  const words = unread > 0 ? t("conversation.new", { count: unread }) : null;
  return (
    <button
      type="button"
      class={`to-end ${words ? "to-end-words" : ""}`}
      onClick={onClick}
      aria-label={words ?? t("conversation.toEnd")}
      title={t("conversation.toEnd")}
    >
      <Icon name="down" size={16} />
      {words && <span>{words}</span>}
    </button>
  );
}
