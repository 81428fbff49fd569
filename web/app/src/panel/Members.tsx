import type { Conversation, Member } from "@switchboard/client";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { number, t } from "../i18n/i18n.ts";
import { Button } from "../parts/Button.tsx";
import { Skeleton } from "../parts/Skeleton.tsx";
import { useClient } from "../session/session.ts";
import { errorWords } from "../session/words.ts";
import { may } from "../session/may.ts";
import { AddMembers } from "./AddMembers.tsx";
import { MemberRow } from "./MemberRow.tsx";

const PAGE = 100;

/** The members by role and name, a page at a time. */
export function Members({ conversation }: { conversation: Conversation }): JSX.Element {
  const [adding, setAdding] = useState(false);
  const [banned, setBanned] = useState(false);
  const { members, more, error, loadMore, reload } = useMembers(conversation, banned);
  const mayModerate = may(conversation, "moderate");
  return (
    <section class="panel-section">
      <div class="panel-line">
        <h3>
          {t(banned ? "members.banned" : "members.title")}{" "}
          {!banned && <span class="soft">{number(conversation.members)}</span>}
        </h3>
        {may(conversation, "invite") && !banned && (
          <Button icon="add" onClick={() => setAdding(true)}>
            {t("members.add")}
          </Button>
        )}
      </div>
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      {members === null && !error && <Skeleton rows={4} kind="list" />}
      {members?.length === 0 && banned && <p class="hint">{t("members.banned.none")}</p>}
      <ul class="people">
        {members?.map((member) => (
          <MemberRow
            key={member.user.username}
            conversation={conversation}
            member={member}
            onChanged={reload}
          />
        ))}
      </ul>
      {more && <Button onClick={loadMore}>{t("common.loadMore")}</Button>}
      {mayModerate && (
        <button type="button" class="link" onClick={() => setBanned(!banned)}>
          {t(banned ? "members.title" : "members.banned")}
        </button>
      )}
      {adding && (
        <AddMembers
          conversation={conversation}
          onClose={() => {
            setAdding(false);
            reload();
          }}
        />
      )}
    </section>
  );
}

interface Loaded {
  readonly members: readonly Member[] | null;
  readonly more: boolean;
  readonly error: string | null;
  readonly loadMore: () => void;
  readonly reload: () => void;
}

function useMembers(conversation: Conversation, banned: boolean): Loaded {
  const client = useClient();
  const [members, setMembers] = useState<readonly Member[] | null>(null);
  const [cursor, setCursor] = useState<string | undefined>(undefined);
  const [error, setError] = useState<string | null>(null);
  const [turn, setTurn] = useState(0);
  const { id } = conversation;
  const load = async (from: string | undefined): Promise<void> => {
    try {
      const page = await client.command("member.list", {
        conversation: id,
        banned,
        limit: PAGE,
        ...(from ? { cursor: from } : {}),
      });
      setMembers((before) => (from ? [...(before ?? []), ...page.members] : page.members));
      setCursor(page.cursor);
      setError(null);
    } catch (thrown) {
      setError(errorWords(thrown));
    }
  };
  // A change of the number of members asks anew.
  useEffect(() => void load(undefined), [id, banned, turn, conversation.members]);
  return {
    members,
    more: cursor !== undefined,
    error,
    loadMore: () => void load(cursor),
    reload: () => setTurn((now) => now + 1),
  };
}
