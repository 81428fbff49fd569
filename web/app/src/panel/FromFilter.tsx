import type { Conversation, State } from "@switchboard/client";
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { language, t } from "../i18n/i18n.ts";
import { useAsked } from "../parts/useAsked.ts";
import { membersOf } from "../session/members.ts";
import { nameIn } from "../session/names.ts";
import { useClient, usePart } from "../session/session.ts";

interface Props {
  /** Where is looked; undefined: everywhere. */
  conversation: Conversation | undefined;
  value: string | undefined;
  onChange: (username: string | undefined) => void;
}

/** Whose messages to look for: the members of the conversation, or those whom one knows. */
export function FromFilter({ conversation, value, onChange }: Props): JSX.Element {
  const client = useClient();
  const id = useId();
  const members = useAsked(conversation ? () => membersOf(client, conversation) : null, [
    conversation?.id,
  ]);
  const here = members.value?.map((user) => user.username);
  const people = usePart(
    (state) => choices(state, conversation ? (here ?? []) : acquaintances(state), value),
    [conversation?.id, members.value, value],
  );
  return (
    <div class="field">
      <label for={id}>{t("search.from")}</label>
      <select
        id={id}
        value={value ?? ""}
        onChange={(event) => onChange(event.currentTarget.value || undefined)}
      >
        <option value="">{t("search.from.anyone")}</option>
        {people.map(({ username, name }) => (
          <option key={username} value={username}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

interface Choice {
  readonly username: string;
  readonly name: string;
}

/** Oneself first, then the others by name; who is chosen stays to be seen. */
function choices(
  state: State,
  usernames: readonly string[],
  chosen: string | undefined,
): readonly Choice[] {
  const me = state.me.username;
  const all = new Set(chosen === undefined ? usernames : [...usernames, chosen]);
  all.delete(me);
  const order = new Intl.Collator(language.value);
  const others = [...all]
    .map((username) => ({ username, name: nameIn(state, username) }))
    .sort((a, b) => order.compare(a.name, b.name));
  return [{ username: me, name: t("common.you") }, ...others];
}

function acquaintances(state: State): readonly string[] {
  const contacts = [...state.contacts.values()]
    .filter((each) => each.state === "accepted")
    .map((each) => each.user.username);
  const peers = [...state.conversations.values()].flatMap((each) => each.peer ?? []);
  return [...contacts, ...peers];
}
