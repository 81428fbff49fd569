import type { MessageRow } from "@switchboard/client";
import type { JSX } from "preact";
import { t } from "../i18n/i18n.ts";
import { IconButton } from "../parts/Button.tsx";
import { Icon } from "../parts/Icon.tsx";
import { plainIn, useName } from "../session/names.ts";
import { usePart } from "../session/session.ts";

/** What is answered or edited, above the field. */
export function Bound({
  row,
  editing,
  onCancel,
}: {
  row: MessageRow;
  editing: boolean;
  onCancel: () => void;
}): JSX.Element {
  const name = useName(row.sender);
  const text = usePart((state) => plainIn(state, row.text, row.mentions), [row]);
  return (
    <div class="bound">
      <Icon name={editing ? "edit" : "reply"} size={16} />
      <div class="bound-text">
        <strong>
          {editing
            ? t("composer.editing")
            : t("composer.replying", { name: row.mine ? t("common.youInside") : name })}
        </strong>
        <span dir="auto">{text}</span>
      </div>
      <IconButton
        icon="close"
        size={16}
        label={t(editing ? "composer.cancelEdit" : "composer.cancelReply")}
        onClick={onCancel}
      />
    </div>
  );
}
