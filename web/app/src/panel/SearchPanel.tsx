import type { Conversation, Hit } from "@switchboard/client";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { Button } from "../parts/Button.tsx";
import { Empty } from "../parts/Empty.tsx";
import { Field } from "../parts/Field.tsx";
import { Skeleton } from "../parts/Skeleton.tsx";
import { useDebounced } from "../parts/useDebounced.ts";
import { openBeside } from "../session/route.ts";
import { useLink } from "../session/session.ts";
import { FromFilter } from "./FromFilter.tsx";
import { HitRow } from "./HitRow.tsx";
import { HitSteps } from "./HitSteps.tsx";
import { useSearch } from "./useSearch.ts";

/** Finds messages, here or everywhere, from anyone or someone. */
export function SearchPanel({
  conversation,
}: {
  conversation: Conversation | undefined;
}): JSX.Element {
  const [query, setQuery] = useState("");
  const [chosen, setEverywhere] = useState<boolean | null>(null);
  const [from, setFrom] = useState<string | undefined>(undefined);
  const [at, setAt] = useState(-1);
  const everywhere = chosen ?? conversation === undefined;
  const online = useLink() !== "offline";
  const words = useDebounced(query.trim());
  const place = everywhere ? undefined : conversation;
  const found = useSearch({ words, conversation: place?.id, from });
  const hits = (words && found.hits) || NONE;
  useEffect(() => setAt(-1), [words, place?.id, from]);
  const show = (index: number): void => {
    const message = hits[index]?.message;
    if (!message) return;
    setAt(index);
    // Where one looks stays, although another conversation is opened.
    setEverywhere(everywhere);
    openBeside(message.conversation, message.seq);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
    if (!(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    show(event.shiftKey ? at - 1 : at + 1);
  };
  return (
    <search class="search" onKeyDown={onKeyDown}>
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
        <FromFilter conversation={place} value={from} onChange={setFrom} />
      </div>
      {!online && <p class="hint panel-section">{t("search.offline")}</p>}
      {found.error && online && (
        <p class="error panel-section" role="alert">
          {found.error}
        </p>
      )}
      {found.busy && !found.hits && <Skeleton rows={4} kind="list" />}
      <p class="hidden" role="status">
        {found.hits && words ? t("search.results", { count: hits.length }) : ""}
      </p>
      {words && found.hits && hits.length === 0 && (
        <Empty
          icon="search"
          title={t("search.none", { query: words })}
          hint={t("search.none.hint")}
        />
      )}
      {hits.length > 0 && <HitSteps at={at} count={hits.length} onStep={(by) => show(at + by)} />}
      <ul class="hits">
        {hits.map((hit, index) => (
          <HitRow
            key={`${hit.message.conversation}-${hit.message.seq}`}
            hit={hit}
            everywhere={everywhere}
            chosen={index === at}
            onOpen={() => show(index)}
          />
        ))}
      </ul>
      {found.more && hits.length > 0 && (
        <Button onClick={found.more}>{t("common.loadMore")}</Button>
      )}
    </search>
  );
}

const NONE: readonly Hit[] = [];
