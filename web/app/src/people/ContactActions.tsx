import type { User } from "@switchboard/client";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { Button } from "../parts/Button.tsx";
import { Confirm } from "../parts/Confirm.tsx";
import { useAction } from "../parts/useAsked.ts";
import { useClient, usePart } from "../session/session.ts";
import { RequestDialog } from "./RequestDialog.tsx";

/** The steps of a contact relation that are possible now, and blocking. */
export function ContactActions({ user }: { user: User }): JSX.Element {
  const client = useClient();
  const { username, name } = user;
  const contact = usePart((state) => state.contacts.get(username), [username]);
  const [asking, setAsking] = useState<"request" | "remove" | "block" | null>(null);
  const { busy, error, run } = useAction();
  const close = (): void => setAsking(null);
  const state = contact?.state ?? "none";
  return (
    <div class="contact-acts">
      {contact?.blocked ? (
        <Button
          busy={busy}
          onClick={() => void run(() => client.command("block.remove", { username }))}
        >
          {t("people.unblock")}
        </Button>
      ) : (
        <>
          {state === "none" && (
            <Button icon="add" onClick={() => setAsking("request")}>
              {t("people.request")}
            </Button>
          )}
          {state === "incoming" && (
            <Button
              kind="primary"
              busy={busy}
              onClick={() => void run(() => client.command("contact.accept", { username }))}
            >
              {t("people.accept")}
            </Button>
          )}
          {state === "incoming" && (
            <Button
              busy={busy}
              onClick={() => void run(() => client.command("contact.decline", { username }))}
            >
              {t("people.decline")}
            </Button>
          )}
          {state === "outgoing" && (
            <Button
              busy={busy}
              onClick={() => void run(() => client.command("contact.remove", { username }))}
            >
              {t("people.request.withdraw")}
            </Button>
          )}
          {state === "accepted" && (
            <Button icon="remove" onClick={() => setAsking("remove")}>
              {t("people.remove")}
            </Button>
          )}
          <Button kind="danger" icon="ban" onClick={() => setAsking("block")}>
            {t("people.block")}
          </Button>
        </>
      )}
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      {asking === "request" && <RequestDialog user={user} onClose={close} />}
      {asking === "remove" && (
        <Confirm
          title={t("people.remove.title", { name })}
          text={t("people.remove.text")}
          confirm={t("people.remove")}
          onConfirm={() => client.command("contact.remove", { username })}
          onClose={close}
        />
      )}
      {asking === "block" && (
        <Confirm
          title={t("people.block.title", { name })}
          text={t("people.block.text")}
          confirm={t("people.block")}
          onConfirm={() => client.command("block.add", { username })}
          onClose={close}
        />
      )}
    </div>
  );
}
