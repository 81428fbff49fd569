import type { User } from "@switchboard/client";
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { Button } from "../parts/Button.tsx";
import { Choice, Field, Switch } from "../parts/Field.tsx";
import { useAction } from "../parts/useAsked.ts";
import { openAt } from "../session/route.ts";
import { useClient } from "../session/session.ts";
import { ChosenMembers } from "./ChosenMembers.tsx";
import { FindPeople } from "./FindPeople.tsx";

/** A new group or broadcast. */
export function CreateConversation(): JSX.Element {
  const client = useClient();
  const [kind, setKind] = useState<"group" | "broadcast">("group");
  const [title, setTitle] = useState("");
  const [topic, setTopic] = useState("");
  const [open, setOpen] = useState(false);
  const [members, setMembers] = useState<readonly User[]>([]);
  const [missing, setMissing] = useState(false);
  const { busy, error, run } = useAction();
  // The same for every try, so that a lost answer does not make two conversations.
  const clientId = useRef(crypto.randomUUID());
  const submit = (event: Event): void => {
    event.preventDefault();
    setMissing(title.trim() === "");
    if (title.trim() === "") return;
    void run(async () => {
      const reply = await client.command("conversation.create", {
        kind,
        title: title.trim(),
        public: open,
        members: members.map((user) => user.username),
        client_id: clientId.current,
        ...(topic.trim() ? { topic: topic.trim() } : {}),
      });
      openAt(reply.conversation.id);
    });
  };
  const chosen = (user: User): boolean => members.some((each) => each.username === user.username);
  return (
    <form class="stack" onSubmit={submit}>
      <Choice
        label={t("create.kind")}
        value={kind}
        onChange={setKind}
        options={[
          { value: "group", label: t("create.group"), hint: t("create.group.hint") },
          { value: "broadcast", label: t("create.broadcast"), hint: t("create.broadcast.hint") },
        ]}
      />
      <Field
        label={t("create.title")}
        autoFocus
        value={title}
        onInput={setTitle}
        error={missing && title.trim() === "" ? t("create.title.missing") : null}
        maxLength={100}
      />
      <Field
        label={t("create.topic")}
        value={topic}
        onInput={setTopic}
        hint={t("details.topic.hint")}
        maxLength={500}
      />
      <Switch label={t("create.public")} checked={open} onChange={setOpen} />
      <ChosenMembers
        members={members}
        onRemove={(user) => setMembers(members.filter((each) => each !== user))}
      />
      <FindPeople
        later
        label={t("create.members.find")}
        act={(user) =>
          !chosen(user) && (
            <Button icon="plus" onClick={() => setMembers([...members, user])}>
              {t("members.add")}
            </Button>
          )
        }
      />
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      <div class="actions">
        <Button type="submit" kind="primary" busy={busy}>
          {t("create.submit")}
        </Button>
      </div>
    </form>
  );
}
