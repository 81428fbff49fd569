import type { User } from "@switchboard/client";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { Button } from "../parts/Button.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { Field } from "../parts/Field.tsx";
import { toast } from "../parts/Toast.tsx";
import { useAction } from "../parts/useAsked.ts";
import { useClient } from "../session/session.ts";

/** A contact request with a few words. */
export function RequestDialog({ user, onClose }: { user: User; onClose: () => void }): JSX.Element {
  const client = useClient();
  const [note, setNote] = useState("");
  const { busy, error, run } = useAction();
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    const words = note.trim();
    if (
      !(await run(() =>
        client.command("contact.request", {
          username: user.username,
          ...(words ? { note: words } : {}),
        }),
      ))
    )
      return;
    toast(t("people.request.sent"));
    onClose();
  };
  return (
    <Dialog title={t("people.request")} onClose={onClose} size="small">
      <form class="stack" onSubmit={send}>
        <p>
          <bdi>{user.name}</bdi> <span class="soft">@{user.username}</span>
        </p>
        <Field
          label={t("people.request.note")}
          value={note}
          onInput={setNote}
          lines={3}
          maxLength={160}
        />
        {error && (
          <p class="error" role="alert">
            {error}
          </p>
        )}
        <div class="actions">
          <Button kind="quiet" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" kind="primary" busy={busy}>
            {t("people.request.send")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
