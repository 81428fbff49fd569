import type { Contact } from "@switchboard/client";
import type { ComponentChildren, JSX } from "preact";
import { t } from "../i18n/i18n.ts";
import { Button } from "../parts/Button.tsx";
import { Empty } from "../parts/Empty.tsx";
import { useAction } from "../parts/useAsked.ts";
import { useClient, usePart } from "../session/session.ts";
import { PersonActs } from "./PersonActs.tsx";
import { PersonRow } from "./PersonRow.tsx";

/** Requests to me, my contacts, my requests. */
export function Contacts(): JSX.Element {
  const all = usePart((state) => state.contacts);
  const visible = [...all.values()].filter((each) => !each.blocked);
  const of = (state: Contact["state"]): Contact[] =>
    visible
      .filter((each) => each.state === state)
      .sort((a, b) => (a.nickname || a.user.name).localeCompare(b.nickname || b.user.name));
  const incoming = of("incoming");
  const accepted = of("accepted");
  const outgoing = of("outgoing");
  if (incoming.length + accepted.length + outgoing.length === 0)
    return (
      <Empty icon="user" title={t("people.contacts.none")} hint={t("people.contacts.none.hint")} />
    );
  return (
    <div class="stack">
      <Part
        title={t("people.requests")}
        people={incoming}
        act={(each) => <Answer username={each.user.username} />}
      />
      <Part
        title={t("people.tab.contacts")}
        people={accepted}
        act={(each) => <PersonActs user={each.user} />}
      />
      <Part
        title={t("people.requests.outgoing")}
        people={outgoing}
        act={(each) => <Withdraw username={each.user.username} />}
      />
    </div>
  );
}

function Part({
  title,
  people,
  act,
}: {
  title: string;
  people: readonly Contact[];
  act: (contact: Contact) => ComponentChildren;
}): JSX.Element | null {
  if (people.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <ul class="people">
        {people.map((each) => (
          <PersonRow key={each.user.username} user={each.user} note={each.note}>
            {act(each)}
          </PersonRow>
        ))}
      </ul>
    </section>
  );
}

function Answer({ username }: { username: string }): JSX.Element {
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
        kind="quiet"
        busy={busy}
        onClick={() => void run(() => client.command("contact.decline", { username }))}
      >
        {t("people.decline")}
      </Button>
      <Button
        kind="primary"
        busy={busy}
        onClick={() => void run(() => client.command("contact.accept", { username }))}
      >
        {t("people.accept")}
      </Button>
    </>
  );
}

function Withdraw({ username }: { username: string }): JSX.Element {
  const client = useClient();
  const { busy, run } = useAction();
  return (
    <Button
      busy={busy}
      onClick={() => void run(() => client.command("contact.remove", { username }))}
    >
      {t("people.request.withdraw")}
    </Button>
  );
}
