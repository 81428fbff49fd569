import type { Conversation, User } from "@switchboard/client";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { Button } from "../parts/Button.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { FindPeople } from "../people/FindPeople.tsx";
import { useClient } from "../session/session.ts";
import { errorWords } from "../session/words.ts";

/** Finds people and adds them one by one; says what became of each. */
export function AddMembers({
  conversation,
  onClose,
}: {
  conversation: Conversation;
  onClose: () => void;
}): JSX.Element {
  const client = useClient();
  const [done, setDone] = useState<ReadonlyMap<string, string>>(new Map());
  const add = async (user: User): Promise<void> => {
    const tell = (words: string): void =>
      setDone((before) => new Map(before).set(user.username, words));
    try {
      const reply = await client.command("member.add", {
        conversation: conversation.id,
        username: user.username,
      });
      tell(t(reply.invited ? "members.standing.invited" : "members.added", { name: user.name }));
    } catch (thrown) {
      tell(errorWords(thrown));
    }
  };
  return (
    <Dialog title={t("members.add")} onClose={onClose}>
      <FindPeople
        hint={t("members.add.hint")}
        act={(user) =>
          done.has(user.username) ? (
            <span class="soft person-done" role="status">
              {done.get(user.username)}
            </span>
          ) : (
            <Button icon="add" onClick={() => void add(user)}>
              {t("members.add")}
            </Button>
          )
        }
      />
    </Dialog>
  );
}
