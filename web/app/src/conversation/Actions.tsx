import type { MessageRow } from "@switchboard/client";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { Icon } from "../parts/Icon.tsx";
import { Menu, type MenuItem } from "../parts/Menu.tsx";
import { toast } from "../parts/Toast.tsx";
import { quickEmoji } from "../emoji/recent.ts";
import { may } from "../session/may.ts";
import { useReact } from "./Reactions.tsx";
import { type Stage, useStage } from "./context.ts";

/** Three quick reactions, reply, and the rest; beside the message, so that nothing moves. */
export function Actions({ row, seq }: { row: MessageRow; seq: number }): JSX.Element {
  const stage = useStage();
  const react = useReact(row);
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const openPicker = (event: { currentTarget: HTMLElement }): void =>
    stage.pickEmoji(event.currentTarget, react);
  return (
    <div class="message-actions" role="toolbar" aria-label={t("message.actions")}>
      {stage.canPost &&
        quickEmoji().map((emoji) => (
          <button
            key={emoji}
            type="button"
            class="action-emoji"
            onClick={() => react(emoji)}
            aria-label={t("message.react", { emoji })}
            title={t("message.react", { emoji })}
          >
            {emoji}
          </button>
        ))}
      {stage.canPost && (
        <button
          type="button"
          data-react
          class="action"
          onClick={openPicker}
          aria-label={t("message.react.more")}
          title={t("message.react.more")}
        >
          <Icon name="react" size={17} />
        </button>
      )}
      {stage.canPost && (
        <button
          type="button"
          class="action"
          onClick={() => stage.reply(row)}
          aria-label={t("message.reply")}
          title={t("message.reply")}
        >
          <Icon name="reply" size={17} />
        </button>
      )}
      <button
        type="button"
        class="action"
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        onClick={(event) => setAnchor(event.currentTarget)}
        aria-label={t("common.more")}
        title={t("common.more")}
      >
        <Icon name="more" size={17} />
      </button>
      {anchor && (
        <Menu
          label={t("message.actions")}
          items={itemsFor(stage, row, seq)}
          anchor={anchor}
          onClose={() => setAnchor(null)}
        />
      )}
    </div>
  );
}

function itemsFor(stage: Stage, row: MessageRow, seq: number): MenuItem[] {
  const { conversation } = stage;
  const mayDelete = row.mine || may(conversation, "moderate");
  const items: (MenuItem | false)[] = [
    row.mine &&
      stage.canPost && { label: t("message.edit"), icon: "edit", run: () => stage.edit(row) },
    { label: t("message.copy"), icon: "copy", run: () => void copy(row.text) },
    {
      label: t("message.copyLink"),
      icon: "link",
      run: () => void copy(`${location.origin}/#/c/${encodeURIComponent(conversation.id)}/${seq}`),
    },
    { label: t("message.markUnread"), icon: "unread", run: stage.markUnread },
    mayDelete && {
      label: t("message.delete"),
      icon: "delete",
      danger: true,
      run: () => stage.askRetract(row),
    },
  ];
  return items.filter((item) => item !== false);
}

async function copy(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
  toast(t("common.copied"));
}
