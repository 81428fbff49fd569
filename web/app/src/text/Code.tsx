import type { JSX } from "preact";
import { t } from "../i18n/i18n.ts";
import { IconButton } from "../parts/Button.tsx";
import { toast } from "../parts/Toast.tsx";

/** A block of code, with a way to copy it. */
export function Code({ text }: { text: string }): JSX.Element {
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    toast(t("common.copied"));
  };
  return (
    <div class="code">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <pre dir="ltr" tabIndex={0}>
        <code>{text}</code>
      </pre>
      <IconButton icon="copy" size={15} label={t("message.code.copy")} onClick={copy} />
    </div>
  );
}
