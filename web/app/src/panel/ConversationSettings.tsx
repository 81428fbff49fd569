import type { Conversation } from "@switchboard/client";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { Button } from "../parts/Button.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { Field, Switch } from "../parts/Field.tsx";
import { useAction } from "../parts/useAsked.ts";
import { useClient } from "../session/session.ts";

/** Name, topic and openness of a group or broadcast. */
export function ConversationSettings({
  conversation,
  onClose,
}: {
  conversation: Conversation;
  onClose: () => void;
}): JSX.Element {
  const client = useClient();
  const [title, setTitle] = useState(conversation.title ?? "");
  const [topic, setTopic] = useState(conversation.topic ?? "");
  const [open, setOpen] = useState(conversation.public ?? false);
  const { busy, error, run } = useAction();
  const missing = title.trim() === "";
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (missing) return;
    const change = {
      ...(title.trim() !== (conversation.title ?? "") ? { title: title.trim() } : {}),
      ...(topic.trim() !== (conversation.topic ?? "") ? { topic: topic.trim() } : {}),
      ...(open !== (conversation.public ?? false) ? { public: open } : {}),
    };
    const done =
      Object.keys(change).length === 0 ||
      (await run(() =>
        client.command("conversation.update", { conversation: conversation.id, ...change }),
      ));
    if (done) onClose();
  };
  return (
    <Dialog title={t("details.settings")} onClose={onClose} size="small">
      <form class="stack" onSubmit={save}>
        <Field
          label={t("details.name")}
          value={title}
          onInput={setTitle}
          error={missing ? t("create.title.missing") : null}
          maxLength={100}
        />
        <Field
          label={t("details.topic")}
          value={topic}
          onInput={setTopic}
          hint={t("details.topic.hint")}
          lines={2}
          maxLength={500}
        />
        <Switch label={t("create.public")} checked={open} onChange={setOpen} />
        {error && (
          <p class="error" role="alert">
            {error}
          </p>
        )}
        <div class="actions">
          <Button kind="quiet" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" kind="primary" busy={busy} disabled={missing}>
            {t("common.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
