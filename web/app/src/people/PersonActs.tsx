import type { User } from "@switchboard/client";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { Button, IconButton } from "../parts/Button.tsx";
import { toast } from "../parts/Toast.tsx";
import { openAt } from "../session/route.ts";
import { useClient, usePart } from "../session/session.ts";
import { errorWords } from "../session/words.ts";
import { RequestDialog } from "./RequestDialog.tsx";

/** Write to someone, or ask them to become a contact. */
export function PersonActs({ user }: { user: User }): JSX.Element {
  const client = useClient();
  const contact = usePart((state) => state.contacts.get(user.username), [user.username]);
  const [asking, setAsking] = useState(false);
  const open = async (): Promise<void> => {
    try {
      openAt(
        (await client.command("conversation.direct", { username: user.username })).conversation.id,
      );
    } catch (thrown) {
      toast(errorWords(thrown), { alert: true });
    }
  };
  const state = contact?.state ?? "none";
  return (
    <>
      {contact?.blocked && <span class="tag">{t("people.blocked")}</span>}
      {!contact?.blocked && state === "outgoing" && (
        <span class="tag">{t("people.request.sent")}</span>
      )}
      {!contact?.blocked && state === "accepted" && <span class="tag">{t("people.contact")}</span>}
      {!contact?.blocked && state === "none" && (
        <IconButton icon="add" label={t("people.request")} onClick={() => setAsking(true)} />
      )}
      {!contact?.blocked && (
        <Button icon="message" onClick={() => void open()}>
          {t("people.message")}
        </Button>
      )}
      {asking && <RequestDialog user={user} onClose={() => setAsking(false)} />}
    </>
  );
}
