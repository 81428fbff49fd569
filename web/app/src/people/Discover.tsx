import type { PublicConversation } from "@switchboard/client";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { ConversationSign } from "../parts/Avatar.tsx";
import { Button } from "../parts/Button.tsx";
import { Empty } from "../parts/Empty.tsx";
import { Field } from "../parts/Field.tsx";
import { Skeleton } from "../parts/Skeleton.tsx";
import { useAction, useAsked } from "../parts/useAsked.ts";
import { useDebounced } from "../parts/useDebounced.ts";
import { openAt } from "../session/route.ts";
import { useClient } from "../session/session.ts";

/** Public conversations to join. */
export function Discover(): JSX.Element {
  const client = useClient();
  const [query, setQuery] = useState("");
  const asked = useDebounced(query.trim());
  const found = useAsked(
    () => client.command("conversation.discover", { q: asked, limit: 50 }),
    [asked],
  );
  const list = found.value?.conversations;
  return (
    <div class="stack">
      <Field
        label={t("discover.find")}
        type="search"
        autoFocus
        value={query}
        onInput={setQuery}
        error={found.error}
      />
      {found.busy && !list && <Skeleton rows={4} kind="list" />}
      {list?.length === 0 && (
        <Empty icon="discover" title={t("discover.none")} hint={t("discover.none.hint")} />
      )}
      <ul class="people">
        {list?.map((each) => (
          <Found key={each.id} conversation={each} />
        ))}
      </ul>
    </div>
  );
}

function Found({ conversation }: { conversation: PublicConversation }): JSX.Element {
  const client = useClient();
  const { busy, error, run } = useAction();
  const join = async (): Promise<void> => {
    if (!conversation.joined)
      await client.command("conversation.join", { conversation: conversation.id });
    openAt(conversation.id);
  };
  return (
    <li class="person">
      <ConversationSign id={conversation.id} title={conversation.title} />
      <span class="person-words">
        <bdi class="person-name">{conversation.title}</bdi>
        <span class="soft">{t("conversation.members", { count: conversation.members })}</span>
        {conversation.topic && (
          <span class="person-note" dir="auto">
            {conversation.topic}
          </span>
        )}
        {error && (
          <span class="error" role="alert">
            {error}
          </span>
        )}
      </span>
      <Button
        busy={busy}
        kind={conversation.joined ? "plain" : "primary"}
        onClick={() => void run(join)}
      >
        {t(conversation.joined ? "discover.open" : "conversation.join")}
      </Button>
    </li>
  );
}
