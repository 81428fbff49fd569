import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { type Key, t } from "../i18n/i18n.ts";
import { Skeleton } from "../parts/Skeleton.tsx";
import { type Emoji, findEmoji, loadEmoji } from "./data.ts";
import { recentEmoji } from "./recent.ts";

const GROUPS = ["0", "1", "3", "4", "5", "6", "7", "8", "9"] as const;
const COLUMNS = 8;

/** A small emoji picker: search, the ones used last, groups; arrows go through it. */
export function Picker({
  language,
  onPick,
}: {
  language: string;
  onPick: (emoji: string) => void;
}): JSX.Element {
  const [all, setAll] = useState<readonly Emoji[] | null>(null);
  const [query, setQuery] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => void loadEmoji(language).then(setAll), [language]);
  // At once: what is typed next is meant for the field.
  useLayoutEffect(() => field.current?.focus(), []);
  const found = useMemo(() => (all && query.trim() ? findEmoji(all, query) : null), [all, query]);
  const recent = useMemo(
    () =>
      recentEmoji()
        .map((emoji) => all?.find((each) => each.emoji === emoji))
        .filter((each) => each !== undefined),
    [all],
  );
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
    const buttons = [...(box.current?.querySelectorAll("button") ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    if (event.key === "Enter" && at < 0 && found?.[0]) onPick(found[0].emoji);
    else if (step === undefined || (at < 0 && event.key !== "ArrowDown")) return;
    else if (at >= 0 && at + step < 0) field.current?.focus();
    else buttons[at < 0 ? 0 : Math.min(buttons.length - 1, at + step)]?.focus();
    event.preventDefault();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrows lead through the buttons within.
    <div class="emoji" ref={box} onKeyDown={onKeyDown}>
      <input
        ref={field}
        type="search"
        value={query}
        placeholder={t("emoji.search")}
        aria-label={t("emoji.search")}
        onInput={(event) => setQuery(event.currentTarget.value)}
      />
      <div class="emoji-scroll">
        {!all && <Skeleton rows={4} kind="list" />}
        {found && <Section title="" emoji={found} onPick={onPick} />}
        {found?.length === 0 && <p class="soft emoji-none">{t("emoji.none")}</p>}
        {all && !found && recent.length > 0 && (
          <Section title={t("emoji.recent")} emoji={recent} onPick={onPick} />
        )}
        {all &&
          !found &&
          GROUPS.map((group) => (
            <Section
              key={group}
              title={t(`emoji.group.${group}` satisfies Key)}
              emoji={all.filter((each) => each.group === group)}
              onPick={onPick}
            />
          ))}
      </div>
    </div>
  );
}

function Section({
  title,
  emoji,
  onPick,
}: {
  title: string;
  emoji: readonly Emoji[];
  onPick: (emoji: string) => void;
}): JSX.Element {
  return (
    <section class="emoji-section">
      {title && <h2>{title}</h2>}
      <div class="emoji-grid">
        {emoji.map((each) => (
          <button
            key={each.emoji}
            type="button"
            title={each.label}
            aria-label={each.label}
            onClick={() => onPick(each.emoji)}
          >
            {each.emoji}
          </button>
        ))}
      </div>
    </section>
  );
}
