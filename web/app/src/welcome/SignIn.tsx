import { register, signIn } from "@switchboard/client";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { Button, IconButton } from "../parts/Button.tsx";
import { Field } from "../parts/Field.tsx";
import type { AppConfig } from "../session/account.ts";
import { enter } from "../session/phase.ts";
import { readKept } from "../session/prefs.ts";
import { type Faults, checkForm, faultsOf } from "./faults.ts";

const KNOWN = "switchboard.prefs";

/** One form for both ways in; the second way only asks for a name more. */
export function SignIn({
  registration,
  back,
}: {
  registration: AppConfig["registration"];
  back: boolean;
}): JSX.Element {
  const [creating, setCreating] = useState(
    !back && readKept(KNOWN) === null && registration === "open",
  );
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [name, setName] = useState("");
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [faults, setFaults] = useState<Faults>({});
  const signUp = creating && registration === "open";
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const found = checkForm(username, password, signUp);
    setFaults(found);
    if (found.username || found.password) return;
    setBusy(true);
    const credentials = { username: username.trim().toLowerCase(), password };
    try {
      enter(
        await (signUp
          ? register("", { ...credentials, ...(name.trim() ? { name: name.trim() } : {}) })
          : signIn("", credentials)),
      );
    } catch (thrown) {
      setFaults(faultsOf(thrown, signUp));
      setBusy(false);
    }
  };
  const other = (): void => {
    setCreating(!signUp);
    setFaults({});
  };
  return (
    <form class="stack" onSubmit={submit} noValidate>
      <h2>{t(signUp ? "welcome.signUp" : "welcome.signIn")}</h2>
      <Field
        label={t("welcome.username")}
        name="username"
        autoComplete="username"
        required
        value={username}
        onInput={setUsername}
        error={faults.username}
        hint={signUp ? t("welcome.username.hint") : undefined}
      />
      <Field
        label={t("welcome.password")}
        name="password"
        type={shown ? "text" : "password"}
        required
        autoComplete={signUp ? "new-password" : "current-password"}
        value={password}
        onInput={setPassword}
        error={faults.password}
        hint={signUp ? t("welcome.password.hint") : undefined}
      >
        <IconButton
          icon={shown ? "hide" : "show"}
          label={t(shown ? "welcome.password.hide" : "welcome.password.show")}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
        />
      </Field>
      {signUp && (
        <Field
          label={t("welcome.name")}
          name="name"
          autoComplete="name"
          value={name}
          onInput={setName}
          hint={t("welcome.name.hint")}
          maxLength={100}
        />
      )}
      {faults.form && (
        <p class="error" role="alert">
          {faults.form}
        </p>
      )}
      <Button type="submit" kind="primary" busy={busy}>
        {busy ? t("welcome.working") : t(signUp ? "welcome.signUp" : "welcome.signIn")}
      </Button>
      {registration === "open" && (
        <button type="button" class="link" onClick={other}>
          {t(signUp ? "welcome.toSignIn" : "welcome.toSignUp")}
        </button>
      )}
      {registration === "closed" && <p class="hint">{t("welcome.closed")}</p>}
      {registration === "invite" && <p class="hint">{t("welcome.invite")}</p>}
    </form>
  );
}
