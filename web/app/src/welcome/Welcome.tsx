import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { LANGUAGES, type Key, t } from "../i18n/i18n.ts";
import { type AppConfig, loadConfig } from "../session/account.ts";
import type { Reason } from "../session/phase.ts";
import { chosenLanguage, setPrefs } from "../session/prefs.ts";
import { Mark } from "./Mark.tsx";
import { SignIn } from "./SignIn.tsx";

const REASONS: Partial<Record<Reason, Key>> = {
  ended: "welcome.ended",
  expired: "welcome.expired",
  deleted: "welcome.deleted",
};
export const LANGUAGE_NAMES = { en: "English", ja: "日本語", fr: "Français" } as const;

/** The first page: what this is, and the way in. */
export function Welcome({ reason }: { reason: Reason }): JSX.Element {
  const [config, setConfig] = useState<AppConfig | null>(null);
  useEffect(() => void loadConfig().then(setConfig), []);
  const words = REASONS[reason];
  return (
    <main class="welcome">
      <section class="welcome-what">
        <Mark size={44} />
        <h1>{config?.name ?? t("app.name")}</h1>
        <p class="welcome-tagline">{t("app.tagline")}</p>
        <ul>
          <li>{t("app.point.one")}</li>
          <li>{t("app.point.two")}</li>
          <li>{t("app.point.three")}</li>
        </ul>
      </section>
      <section class="welcome-way">
        {words && (
          <p class="notice" role="status">
            {t(words)}
          </p>
        )}
        <SignIn registration={config?.registration ?? "open"} back={reason !== "first"} />
        <div class="welcome-languages">
          {LANGUAGES.map((each) => (
            <button
              key={each}
              type="button"
              lang={each}
              aria-pressed={each === chosenLanguage()}
              onClick={() => setPrefs({ language: each })}
            >
              {LANGUAGE_NAMES[each]}
            </button>
          ))}
        </div>
      </section>
    </main>
  );
}
