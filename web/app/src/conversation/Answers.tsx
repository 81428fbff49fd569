import type { Conversation } from "@switchboard/client";
import type { JSX } from "preact";
import { t } from "../i18n/i18n.ts";
import { Button } from "../parts/Button.tsx";
import { useAction } from "../parts/useAsked.ts";
import { useTitle } from "../session/names.ts";
import { go } from "../session/route.ts";
import { useClient } from "../session/session.ts";

/** A message from someone who is no contact: accept or block. */
export function Stranger({
  conversation,
  peer,
}: {
  conversation: Conversation;
  peer: string;
}): JSX.Element {
  const client = useClient();
  const name = useTitle(conversation);
  const { busy, error, run } = useAction();
  const block = async (): Promise<void> => {
    await client.command("block.add", { username: peer });
    go({ conversation: null });
  };
  return (
    <section class="foot" aria-labelledby="foot-title">
      <h2 id="foot-title">{t("stranger.title", { name })}</h2>
      <p>{t("stranger.text", { name, username: peer })}</p>
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      <div class="actions">
        <Button kind="danger" icon="ban" busy={busy} onClick={() => run(block)}>
          {t("stranger.block")}
        </Button>
        <Button
          kind="primary"
          icon="check"
          busy={busy}
          onClick={() =>
            run(() => client.command("conversation.join", { conversation: conversation.id }))
          }
        >
          {t("stranger.accept")}
        </Button>
      </div>
    </section>
  );
}

/** An invitation: join or decline. */
export function Invited({ conversation }: { conversation: Conversation }): JSX.Element {
  const client = useClient();
  const name = useTitle(conversation);
  const { busy, error, run } = useAction();
  const decline = async (): Promise<void> => {
    await client.command("conversation.leave", { conversation: conversation.id });
    go({ conversation: null });
  };
  return (
    <section class="foot" aria-labelledby="foot-title">
      <h2 id="foot-title">{t("invitation.title", { name })}</h2>
      <p>{t("invitation.text")}</p>
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      <div class="actions">
        <Button busy={busy} onClick={() => run(decline)}>
          {t("invitation.decline")}
        </Button>
        <Button
          kind="primary"
          icon="check"
          busy={busy}
          onClick={() =>
            run(() => client.command("conversation.join", { conversation: conversation.id }))
          }
        >
          {t("invitation.accept")}
        </Button>
      </div>
    </section>
  );
}
