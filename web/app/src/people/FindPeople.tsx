import type { User } from "@switchboard/client";
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { Empty } from "../parts/Empty.tsx";
import { Field } from "../parts/Field.tsx";
import { Skeleton } from "../parts/Skeleton.tsx";
import { useAsked } from "../parts/useAsked.ts";
import { useDebounced } from "../parts/useDebounced.ts";
import { useClient, usePart } from "../session/session.ts";
import { PersonRow } from "./PersonRow.tsx";

/** The server looks for beginnings of at least so many signs. */
const LEAST = 2;

interface Props {
  hint?: string;
  act: (user: User) => ComponentChildren;
  label?: string;
  /** The field does not take the focus. */
  later?: boolean;
}

/** Finds people by the beginning of their username or name. */
export function FindPeople({ hint, act, label, later }: Props): JSX.Element {
  const client = useClient();
  const [query, setQuery] = useState("");
  const me = usePart((state) => state.me.username);
  const asked = useDebounced(query.trim().replace(/^@/, ""));
  const enough = [...asked].length >= LEAST;
  const found = useAsked(
    enough ? () => client.command("user.find", { q: asked, limit: 20 }) : null,
    [asked],
  );
  const users = found.value?.users.filter((user) => user.username !== me);
  return (
    <div class="stack">
      <Field
        label={label ?? t("people.find")}
        type="search"
        autoFocus={!later}
        value={query}
        onInput={setQuery}
        hint={enough ? undefined : (hint ?? t("people.find.hint"))}
        error={found.error}
      />
      {found.busy && !users && <Skeleton rows={3} kind="list" />}
      {users?.length === 0 && !found.busy && (
        <Empty
          icon="user"
          title={t("people.none", { query: asked })}
          hint={t("people.none.hint")}
        />
      )}
      <ul class="people">
        {users?.map((user) => (
          <PersonRow key={user.username} user={user}>
            {act(user)}
          </PersonRow>
        ))}
      </ul>
    </div>
  );
}
