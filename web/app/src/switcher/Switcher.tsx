import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { IconButton } from "../parts/Button.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { Empty } from "../parts/Empty.tsx";
import { Icon } from "../parts/Icon.tsx";
import { Entry } from "./Entry.tsx";
import { useEntries } from "./useEntries.ts";

/** Goes anywhere with a few letters: conversations, people, messages. */
export function Switcher({ onClose }: { onClose: () => void }): JSX.Element {
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const { entries, busy } = useEntries(query.trim());
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  // Another question begins at the first answer.
  useEffect(() => setAt(0), [query]);
  useEffect(
    () => list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" }),
    [at],
  );
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "ArrowDown") setAt(Math.min(entries.length - 1, at + 1));
    else if (event.key === "ArrowUp") setAt(Math.max(0, at - 1));
    else if (event.key === "Enter") entries[at]?.open();
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title={t("switcher.title")} onClose={onClose} size="switcher" bare>
      <div class="switcher-field">
        <Icon name="search" />
        <input
          type="text"
          autoFocus
          value={query}
          dir="auto"
          role="combobox"
          aria-expanded={entries.length > 0}
          aria-controls={id}
          aria-autocomplete="list"
          aria-activedescendant={entries[at] ? `${id}-${at}` : undefined}
          aria-label={t("switcher.label")}
          placeholder={t("switcher.label")}
          onInput={(event) => setQuery(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <IconButton icon="close" label={t("common.close")} onClick={onClose} />
      </div>
      <div class="switcher-list" id={id} ref={list} role="listbox" aria-label={t("switcher.title")}>
        {entries.map((entry, index) => (
          <Entry
            key={entry.key}
            id={`${id}-${index}`}
            entry={entry}
            chosen={index === at}
            heading={entries[index - 1]?.kind !== entry.kind}
          />
        ))}
      </div>
      {query.trim() !== "" && !busy && entries.length === 0 && (
        <Empty icon="search" title={t("switcher.none")} hint={t("switcher.none.hint")} />
      )}
      <p class="hidden" role="status">
        {query.trim() ? t("switcher.results", { count: entries.length }) : ""}
      </p>
    </Dialog>
  );
}
