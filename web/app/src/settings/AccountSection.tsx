import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { Button } from "../parts/Button.tsx";
import { Confirm } from "../parts/Confirm.tsx";
import { Field } from "../parts/Field.tsx";
import { useAction } from "../parts/useAsked.ts";
import { leave } from "../session/phase.ts";
import { useClient, usePart } from "../session/session.ts";

/** Take everything along, or end the account. */
export function AccountSection(): JSX.Element {
  const client = useClient();
  const me = usePart((state) => state.me.username);
  const { busy, error, run } = useAction();
  const [deleting, setDeleting] = useState(false);
  const [password, setPassword] = useState("");
  const download = async (): Promise<void> => {
    const address = URL.createObjectURL(await client.exportAccount());
    const link = document.createElement("a");
    link.href = address;
    link.download = `switchboard-${me}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  };
  const remove = async (): Promise<void> => {
    await client.command("account.delete", { password });
    await leave("deleted");
  };
  return (
    <div class="stack">
      <h4>{t("account.export")}</h4>
      <p>{t("account.export.text")}</p>
      <div>
        <Button icon="download" busy={busy} onClick={() => void run(download)}>
          {t("account.export.do")}
        </Button>
      </div>
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      <h4>{t("account.delete")}</h4>
      <p>{t("account.delete.text")}</p>
      <div>
        <Button kind="danger" icon="delete" onClick={() => setDeleting(true)}>
          {t("account.delete.do")}
        </Button>
      </div>
      {deleting && (
        <Confirm
          title={t("account.delete.title")}
          text={t("account.delete.text")}
          confirm={t("account.delete.do")}
          onConfirm={remove}
          onClose={() => setDeleting(false)}
        >
          <Field
            label={t("account.delete.password")}
            type="password"
            autoComplete="current-password"
            value={password}
            onInput={setPassword}
          />
        </Confirm>
      )}
    </div>
  );
}
