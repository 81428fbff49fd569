import type { JSX } from "preact";
import { LANGUAGES, t } from "../i18n/i18n.ts";
import { Choice, Switch } from "../parts/Field.tsx";
import { chosenLanguage, prefs, setPrefs } from "../session/prefs.ts";
import { LANGUAGE_NAMES } from "../welcome/Welcome.tsx";

/** Language, theme, density and how to write. */
export function Appearance(): JSX.Element {
  const now = prefs.value;
  return (
    <div class="stack">
      <Choice
        label={t("appearance.language")}
        value={chosenLanguage()}
        onChange={(language) => setPrefs({ language })}
        options={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
      />
      <Choice
        label={t("appearance.theme")}
        value={now.theme}
        onChange={(theme) => setPrefs({ theme })}
        options={(["auto", "light", "dark"] as const).map((value) => ({
          value,
          label: t(`appearance.theme.${value}`),
        }))}
      />
      <Choice
        label={t("appearance.density")}
        value={now.density}
        onChange={(density) => setPrefs({ density })}
        options={(["comfortable", "compact"] as const).map((value) => ({
          value,
          label: t(`appearance.density.${value}`),
        }))}
      />
      <Choice
        label={t("appearance.own")}
        value={now.own}
        onChange={(own) => setPrefs({ own })}
        options={(["auto", "side", "column"] as const).map((value) => ({
          value,
          label: t(`appearance.own.${value}`),
        }))}
      />
      <Choice
        label={t("appearance.send")}
        value={now.sendKey}
        onChange={(sendKey) => setPrefs({ sendKey })}
        options={[
          { value: "enter", label: t("appearance.send.enter") },
          { value: "ctrl-enter", label: t("appearance.send.ctrl") },
        ]}
      />
      <Switch
        label={t("appearance.letters")}
        checked={now.letters}
        onChange={(letters) => setPrefs({ letters })}
      />
    </div>
  );
}
