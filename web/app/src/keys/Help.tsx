import type { JSX } from "preact";
import { type Key, t } from "../i18n/i18n.ts";
import { Dialog } from "../parts/Dialog.tsx";

const SHORTCUTS: readonly (readonly [Key, readonly string[]])[] = [
  ["help.switcher", ["Ctrl K"]],
  ["help.conversation", ["Alt ↑", "Alt ↓"]],
  ["help.unread", ["Alt Shift ↑", "Alt Shift ↓"]],
  ["help.regions", ["F6"]],
  ["help.messages", ["↑", "↓"]],
  ["help.reply", ["r"]],
  ["help.edit", ["e"]],
  ["help.react", ["+"]],
  ["help.editLast", ["↑"]],
  ["help.escape", ["Esc"]],
  ["help.help", ["Ctrl /"]],
];

/** The keyboard shortcuts. */
export function Help({ onClose }: { onClose: () => void }): JSX.Element {
  return (
    <Dialog title={t("help.title")} onClose={onClose}>
      <dl class="shortcuts">
        {SHORTCUTS.map(([key, combinations]) => (
          <div key={key}>
            <dt>{t(key)}</dt>
            <dd>
              {combinations.map((each) => (
                <kbd key={each}>{each}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
