import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { errorWords } from "../session/words.ts";
import { Button } from "./Button.tsx";
import { Dialog } from "./Dialog.tsx";

interface Props {
  title: string;
  text: string;
  confirm: string;
  danger?: boolean;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
  children?: ComponentChildren;
}

/** Asks once more before what cannot be taken back, and says when it did not work. */
export function Confirm({
  title,
  text,
  confirm,
  danger = true,
  onConfirm,
  onClose,
  children,
}: Props): JSX.Element {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const run = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      await onConfirm();
      onClose();
    } catch (thrown) {
      setError(errorWords(thrown));
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose} size="small">
      <form class="stack" onSubmit={run}>
        <p>{text}</p>
        {children}
        {error && (
          <p class="error" role="alert">
            {error}
          </p>
        )}
        <div class="actions">
          <Button onClick={onClose} kind="quiet">
            {t("common.cancel")}
          </Button>
          <Button type="submit" kind={danger ? "danger" : "primary"} busy={busy}>
            {confirm}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
