import type { JSX } from "preact";
import { t } from "../i18n/i18n.ts";
import { Button } from "../parts/Button.tsx";
import { Empty } from "../parts/Empty.tsx";
import { useAction } from "../parts/useAsked.ts";
import { PersonRow } from "../people/PersonRow.tsx";
import { useClient, usePart } from "../session/session.ts";

/** The people one has blocked. */
export function Blocked(): JSX.Element {
  const contacts = usePart((state) => state.contacts);
  const blocked = [...contacts.values()].filter((each) => each.blocked);
  if (blocked.length === 0) return <Empty icon="ban" title={t("blocked.none")} />;
  return (
    <ul class="people">
      {blocked.map((each) => (
        <PersonRow key={each.user.username} user={each.user}>
          <Unblock username={each.user.username} />
        </PersonRow>
      ))}
    </ul>
  );
}

function Unblock({ username }: { username: string }): JSX.Element {
  const client = useClient();
  const { busy, error, run } = useAction();
  return (
    <>
      {error && (
        <span class="error" role="alert">
          {error}
        </span>
      )}
      <Button
        busy={busy}
        onClick={() => void run(() => client.command("block.remove", { username }))}
      >
        {t("people.unblock")}
      </Button>
    </>
  );
}
