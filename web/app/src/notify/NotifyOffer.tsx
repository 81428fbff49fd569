import type { JSX } from "preact";
import { t } from "../i18n/i18n.ts";
import { Icon } from "../parts/Icon.tsx";
import { prefs, setPrefs } from "../session/prefs.ts";
import { usePart } from "../session/session.ts";

/** After the first own message: offers notifications in a sentence, before the browser asks. */
export function NotifyOffer(): JSX.Element | null {
  const wrote = usePart((state) =>
    [...state.conversations.values()].some((each) => each.last?.sender === state.me.username),
  );
  const online = usePart((state) => state.connection.state === "online");
  const possible = "Notification" in window && Notification.permission === "default";
  if (!wrote || !online || !possible || prefs.value.notifyOffered) return null;
  const answer = (yes: boolean): void => {
    if (yes) void Notification.requestPermission();
    setPrefs({ notifyOffered: true });
  };
  return (
    <div class="banner banner-offer">
      <Icon name="bell" size={16} />
      <span>{t("notify.offer")}</span>
      <div class="banner-acts">
        <button type="button" onClick={() => answer(true)}>
          {t("notify.offer.yes")}
        </button>
        <button type="button" onClick={() => answer(false)}>
          {t("notify.offer.no")}
        </button>
      </div>
    </div>
  );
}
