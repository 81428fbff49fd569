import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { Button } from "../parts/Button.tsx";
import { Switch } from "../parts/Field.tsx";
import { playTone } from "../notify/tone.ts";
import { prefs, setPrefs } from "../session/prefs.ts";

/** What the browser allows, and what one wants of it. */
export function NotifySection(): JSX.Element {
  const [permission, setPermission] = useState<NotificationPermission | "unsupported">(() =>
    "Notification" in window ? Notification.permission : "unsupported",
  );
  const now = prefs.value;
  const ask = async (): Promise<void> => setPermission(await Notification.requestPermission());
  const sound = (on: boolean): void => {
    setPrefs({ sound: on });
    if (on) playTone();
  };
  return (
    <div class="stack">
      <p>{t(`notify.state.${permission}`)}</p>
      {permission === "default" && (
        <div>
          <Button kind="primary" icon="bell" onClick={() => void ask()}>
            {t("notify.ask")}
          </Button>
        </div>
      )}
      {permission === "granted" && (
        <>
          <Switch
            label={t("notify.show")}
            checked={now.notify}
            onChange={(notify) => setPrefs({ notify })}
          />
          <Switch
            label={t("notify.preview")}
            checked={now.notifyText}
            onChange={(notifyText) => setPrefs({ notifyText })}
          />
        </>
      )}
      <Switch label={t("notify.sound")} checked={now.sound} onChange={sound} />
    </div>
  );
}
