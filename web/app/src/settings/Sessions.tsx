import type { SessionView } from "@switchboard/client";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { Button } from "../parts/Button.tsx";
import { Confirm } from "../parts/Confirm.tsx";
import { Icon } from "../parts/Icon.tsx";
import { Skeleton } from "../parts/Skeleton.tsx";
import { useAsked } from "../parts/useAsked.ts";
import { useClient } from "../session/session.ts";
import { deviceName } from "./device.ts";
import { ago, medium } from "../time/format.ts";

/** The devices that are signed in, and a way to sign them out. */
export function Sessions(): JSX.Element {
  const client = useClient();
  const asked = useAsked(() => client.command("session.list", {}), []);
  const [ending, setEnding] = useState<SessionView | null>(null);
  const end = async (session: SessionView): Promise<void> => {
    await client.command("session.revoke", { session: session.id });
    asked.again();
  };
  return (
    <>
      {asked.error && (
        <p class="error" role="alert">
          {asked.error}
        </p>
      )}
      {asked.busy && !asked.value && <Skeleton rows={2} kind="list" />}
      <ul class="people">
        {asked.value?.sessions.map((session) => (
          <li key={session.id} class="person">
            <Icon name="device" size={22} />
            <span class="person-words">
              <bdi class="person-name">{deviceName(session.device)}</bdi>
              <span class="soft">
                {session.connected
                  ? t("sessions.connected")
                  : t("sessions.lastUsed", { time: ago(session.last_used_at) })}
              </span>
              <span class="soft">{t("sessions.since", { date: medium(session.created_at) })}</span>
            </span>
            {session.current ? (
              <span class="tag">{t("sessions.current")}</span>
            ) : (
              <Button onClick={() => setEnding(session)}>{t("sessions.end")}</Button>
            )}
          </li>
        ))}
      </ul>
      {ending && (
        <Confirm
          title={t("sessions.end.title", { device: deviceName(ending.device) })}
          text={t("sessions.end.text")}
          confirm={t("sessions.end")}
          onConfirm={() => end(ending)}
          onClose={() => setEnding(null)}
        />
      )}
    </>
  );
}
