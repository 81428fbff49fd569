import type { Conversation } from "@switchboard/client";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { Button } from "../parts/Button.tsx";
import { Menu } from "../parts/Menu.tsx";
import { toast } from "../parts/Toast.tsx";
import { useClient } from "../session/session.ts";
import { errorWords } from "../session/words.ts";
import { medium } from "../time/format.ts";

const HOUR_MS = 3_600_000;
const FOR_EVER = "9999-12-31T00:00:00.000Z";

/** Notifications of this conversation: on, off for a while, or off. */
export function Mute({ conversation }: { conversation: Conversation }): JSX.Element | null {
  const client = useClient();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  if (conversation.standing !== "member") return null;
  const until = conversation.muted_until;
  const muted = until !== undefined && Date.parse(until) > Date.now();
  const mute = (till: string | undefined): void => {
    client
      .command("conversation.mute", { conversation: conversation.id, until: till })
      .catch((thrown: unknown) => toast(errorWords(thrown), { alert: true }));
  };
  const after = (milliseconds: number): string => new Date(Date.now() + milliseconds).toISOString();
  const items = [
    ...(muted ? [{ label: t("details.mute.on"), run: () => mute(undefined) }] : []),
    { label: t("details.mute.hour"), run: () => mute(after(HOUR_MS)) },
    { label: t("details.mute.day"), run: () => mute(after(24 * HOUR_MS)) },
    { label: t("details.mute.always"), run: () => mute(FOR_EVER) },
  ];
  return (
    <section class="panel-section panel-line">
      <span>
        <strong>{t("details.mute")}</strong>
        <span class="soft block">
          {!muted
            ? t("details.mute.on")
            : until === FOR_EVER || Date.parse(until) > Date.now() + 400 * 24 * HOUR_MS
              ? t("conversation.muted")
              : medium(until)}
        </span>
      </span>
      <Button
        icon={muted ? "muted" : "bell"}
        aria-haspopup="menu"
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        {t("details.mute.change")}
      </Button>
      {anchor && (
        <Menu
          label={t("details.mute")}
          items={items}
          anchor={anchor}
          onClose={() => setAnchor(null)}
        />
      )}
    </section>
  );
}
