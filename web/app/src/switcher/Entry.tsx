import { userOf } from "@switchboard/client";
import type { JSX } from "preact";
import { t } from "../i18n/i18n.ts";
import { Avatar, ConversationSign } from "../parts/Avatar.tsx";
import { usePart } from "../session/session.ts";
import type { SwitcherEntry } from "./useEntries.ts";

interface Props {
  id: string;
  entry: SwitcherEntry;
  chosen: boolean;
  /** The first of its kind. */
  heading: boolean;
}

/** One answer of the switcher. */
export function Entry({ id, entry, chosen, heading }: Props): JSX.Element {
  const user = usePart(
    (state) => (entry.user === undefined ? undefined : userOf(state, entry.user)),
    [entry.user],
  );
  return (
    <>
      {heading && (
        <div class="switcher-heading" role="presentation">
          {t(`switcher.${entry.kind}`)}
        </div>
      )}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the focus and the keys. */}
      <div
        id={id}
        class="switcher-entry"
        role="option"
        aria-selected={chosen}
        tabIndex={-1}
        onClick={entry.open}
      >
        {user ? (
          <Avatar user={user} size={32} />
        ) : (
          <ConversationSign id={entry.key} title={entry.title} size={32} />
        )}
        <span class="row-words">
          <bdi class="row-title">{entry.title}</bdi>
          {entry.under && (
            <span class="row-preview" dir="auto">
              {entry.under}
            </span>
          )}
        </span>
        {entry.unread ? (
          <span class="badge" aria-hidden="true">
            {entry.unread}
          </span>
        ) : null}
      </div>
    </>
  );
}
