import { presenceOf, userOf } from "@switchboard/client";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Button } from "../parts/Button.tsx";
import { Field } from "../parts/Field.tsx";
import { useAction } from "../parts/useAsked.ts";
import { ContactActions } from "../people/ContactActions.tsx";
import { useName } from "../session/names.ts";
import { useClient, usePart } from "../session/session.ts";
import { ago } from "../time/format.ts";

/** The other side of a direct conversation: profile, relation, nickname. */
export function PeerProfile({ username }: { username: string }): JSX.Element {
  const user = usePart((state) => userOf(state, username), [username]);
  const name = useName(username);
  const presence = usePart((state) => presenceOf(state, username), [username]);
  const contact = usePart((state) => state.contacts.get(username), [username]);
  const seen =
    presence?.state === "offline" && presence.last_seen
      ? t("presence.lastSeen", { time: ago(presence.last_seen) })
      : presence
        ? t(`presence.${presence.state}`)
        : null;
  return (
    <>
      <section class="profile">
        <Avatar
          user={user}
          size={72}
          presence={presence?.state === "offline" ? undefined : presence?.state}
        />
        <h3>
          <bdi>{name}</bdi>
        </h3>
        <p class="soft">
          @{username}
          {contact?.nickname ? (
            <>
              {" "}
              · <bdi>{user.name}</bdi>
            </>
          ) : null}
        </p>
        {seen && <p class="soft">{seen}</p>}
        {user.bio && (
          <p class="profile-bio" dir="auto">
            {user.bio}
          </p>
        )}
        {!user.deleted && <ContactActions user={user} />}
      </section>
      {contact?.state === "accepted" && (
        <Nickname key={username} username={username} nickname={contact.nickname ?? ""} />
      )}
    </>
  );
}

function Nickname({ username, nickname }: { username: string; nickname: string }): JSX.Element {
  const client = useClient();
  const [value, setValue] = useState(nickname);
  const { busy, error, run } = useAction();
  const save = (event: Event): void => {
    event.preventDefault();
    void run(() => client.command("contact.nickname", { username, nickname: value.trim() }));
  };
  return (
    <form class="panel-section stack" onSubmit={save}>
      <Field
        label={t("people.nickname")}
        value={value}
        onInput={setValue}
        hint={t("people.nickname.hint")}
        error={error}
        maxLength={100}
      />
      {value.trim() !== nickname && (
        <Button type="submit" busy={busy}>
          {t("common.save")}
        </Button>
      )}
    </form>
  );
}
