import type { Conversation, Hit } from "@switchboard/client";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { Button } from "../parts/Button.tsx";
import { Empty } from "../parts/Empty.tsx";
import { Field } from "../parts/Field.tsx";
import { Skeleton } from "../parts/Skeleton.tsx";
import { useAsked } from "../parts/useAsked.ts";
import { useDebounced } from "../parts/useDebounced.ts";
import { useClient, useLink } from "../session/session.ts";
import { HitRow } from "./HitRow.tsx";

/** Finds messages, here or everywhere. */
export function SearchPanel({
  conversation,
}: {
  conversation: Conversation | undefined;
}): JSX.Element {
  const client = useClient();
  const [query, setQuery] = useState("");
  const [chosen, setEverywhere] = useState<boolean | null>(null);
  const everywhere = chosen ?? conversation === undefined;
  const online = useLink() !== "offline";
  const asked = useDebounced(query.trim());
  const where = everywhere ? undefined : conversation?.id;
  const fields = { q: asked, limit: 30, ...(where ? { conversation: where } : {}) };
  const found = useAsked(asked ? () => client.command("search", fields) : null, [asked, where]);
  const [more, setMore] = useState<{ hits: readonly Hit[]; cursor: string | undefined }>({
    hits: [],
    cursor: undefined,
  });
  useEffect(() => setMore({ hits: [], cursor: found.value?.cursor }), [found.value]);
  const loadMore = async (): Promise<void> => {
    const page = await client.command("search", {
      ...fields,
      ...(more.cursor ? { cursor: more.cursor } : {}),
    });
    setMore((before) => ({ hits: [...before.hits, ...page.hits], cursor: page.cursor }));
  };
  const hits = [...(found.value?.hits ?? []), ...more.hits];
  return (
    <search class="search">
      <div class="panel-section stack">
        <Field
          label={t("search.label")}
          type="search"
          autoFocus
          value={query}
          onInput={setQuery}
          hint={query ? undefined : t("search.hint")}
        />
        {conversation && (
          <div class="tabs tabs-small">
            <button type="button" aria-pressed={!everywhere} onClick={() => setEverywhere(false)}>
              {t("search.here")}
            </button>
            <button type="button" aria-pressed={everywhere} onClick={() => setEverywhere(true)}>
              {t("search.everywhere")}
            </button>
          </div>
        )}
      </div>
      {!online && <p class="hint panel-section">{t("search.offline")}</p>}
      {found.error && online && (
        <p class="error panel-section" role="alert">
          {found.error}
        </p>
      )}
      {found.busy && !found.value && <Skeleton rows={4} kind="list" />}
      <p class="hidden" role="status">
        {found.value && asked ? t("search.results", { count: hits.length }) : ""}
      </p>
      {asked && found.value && hits.length === 0 && (
        <Empty
          icon="search"
          title={t("search.none", { query: asked })}
          hint={t("search.none.hint")}
        />
      )}
      <ul class="hits">
        {hits.map((hit) => (
          <HitRow
            key={`${hit.message.conversation}-${hit.message.seq}`}
            hit={hit}
            everywhere={everywhere}
          />
        ))}
      </ul>
      {more.cursor && hits.length > 0 && (
        <Button onClick={() => void loadMore().catch(() => undefined)}>
          {t("common.loadMore")}
        </Button>
      )}
    </search>
  );
}
