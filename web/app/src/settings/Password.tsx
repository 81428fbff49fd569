import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { Button } from "../parts/Button.tsx";
import { Field } from "../parts/Field.tsx";
import { errorOf, useClient } from "../session/session.ts";
import { errorWords } from "../session/words.ts";

const LEAST = 8;

/** A new password for the present one. */
export function Password(): JSX.Element {
  const client = useClient();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [busy, setBusy] = useState(false);
  const [faults, setFaults] = useState<{ current?: string; next?: string; form?: string }>({});
  const [done, setDone] = useState(false);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setDone(false);
    if (current === "") return setFaults({ current: t("error.password.missing") });
    if (next.length < LEAST) return setFaults({ next: t("error.password.weak") });
    setBusy(true);
    setFaults({});
    try {
      await client.command("password.change", { current, new: next });
      setCurrent("");
      setNext("");
      setDone(true);
    } catch (thrown) {
      const { code, pointer } = errorOf(thrown);
      if (code === "invalid" && pointer === "/new") setFaults({ next: t("error.password.weak") });
      else if (code === "denied" || code === "unauthenticated" || pointer === "/current")
        setFaults({ current: t("password.wrong") });
      else setFaults({ form: errorWords(thrown) });
    }
    setBusy(false);
  };
  return (
    <form class="stack" onSubmit={submit} noValidate>
      <Field
        label={t("password.current")}
        type="password"
        name="current"
        autoComplete="current-password"
        value={current}
        onInput={setCurrent}
        error={faults.current}
      />
      <Field
        label={t("password.new")}
        type="password"
        name="new"
        autoComplete="new-password"
        value={next}
        onInput={setNext}
        error={faults.next}
        hint={t("welcome.password.hint")}
      />
      {faults.form && (
        <p class="error" role="alert">
          {faults.form}
        </p>
      )}
      {done && (
        <p class="success" role="status">
          {t("password.changed")}
        </p>
      )}
      <div class="actions">
        <Button type="submit" kind="primary" busy={busy}>
          {t("password.change")}
        </Button>
      </div>
    </form>
  );
}
