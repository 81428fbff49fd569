import type { ComponentType, JSX } from "preact";
import { useState } from "preact/hooks";
import { type Key, t } from "../i18n/i18n.ts";
import { Confirm } from "../parts/Confirm.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { Icon, type IconName } from "../parts/Icon.tsx";
import { leave } from "../session/phase.ts";
import { go } from "../session/route.ts";
import { usePart } from "../session/session.ts";
import { AccountSection } from "./AccountSection.tsx";
import { Appearance } from "./Appearance.tsx";
import { Blocked } from "./Blocked.tsx";
import { NotifySection } from "./NotifySection.tsx";
import { Password } from "./Password.tsx";
import { Profile } from "./Profile.tsx";
import { Sessions } from "./Sessions.tsx";

const SECTIONS: readonly { name: string; title: Key; icon: IconName; Shown: ComponentType }[] = [
  { name: "profile", title: "settings.profile", icon: "user", Shown: Profile },
  { name: "appearance", title: "settings.appearance", icon: "look", Shown: Appearance },
  { name: "notifications", title: "settings.notifications", icon: "bell", Shown: NotifySection },
  { name: "sessions", title: "settings.sessions", icon: "device", Shown: Sessions },
  { name: "password", title: "settings.security", icon: "lock", Shown: Password },
  { name: "blocked", title: "settings.blocked", icon: "ban", Shown: Blocked },
  { name: "account", title: "settings.account", icon: "download", Shown: AccountSection },
];

/** The settings, section by section. */
export function Settings({
  section,
  onClose,
}: {
  section: string | null;
  onClose: () => void;
}): JSX.Element {
  const now = SECTIONS.find((each) => each.name === section) ?? SECTIONS[0];
  const [leaving, setLeaving] = useState(false);
  const unsent = usePart(
    (state) => [...state.outbox.values()].filter((item) => item.status !== "sent").length,
  );
  const warning = unsent > 0 ? `${t("settings.signOut.unsent", { count: unsent })} ` : "";
  return (
    <Dialog title={t("settings.title")} onClose={onClose} size="large">
      <div class="settings">
        <nav class="settings-nav" aria-label={t("settings.title")}>
          {SECTIONS.map((each) => (
            <button
              key={each.name}
              type="button"
              aria-current={each === now ? "page" : undefined}
              onClick={() => go({ over: "settings", section: each.name }, "replace")}
            >
              <Icon name={each.icon} size={17} />
              <span>{t(each.title)}</span>
            </button>
          ))}
          <button type="button" class="danger" onClick={() => setLeaving(true)}>
            <Icon name="signOut" size={17} />
            <span>{t("settings.signOut")}</span>
          </button>
        </nav>
        {now && (
          <section class="settings-section" aria-label={t(now.title)}>
            <h3>{t(now.title)}</h3>
            <now.Shown />
          </section>
        )}
      </div>
      {leaving && (
        <Confirm
          title={t("settings.signOut.title")}
          text={warning + t("settings.signOut.text")}
          confirm={t("settings.signOut")}
          danger={unsent > 0}
          onConfirm={() => leave()}
          onClose={() => setLeaving(false)}
        />
      )}
    </Dialog>
  );
}
