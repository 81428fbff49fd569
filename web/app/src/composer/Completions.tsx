import type { User } from "@switchboard/client";
import type { JSX } from "preact";
import { t } from "../i18n/i18n.ts";
import { Avatar } from "../parts/Avatar.tsx";

interface Props {
  id: string;
  found: readonly User[];
  at: number;
  onPick: (index: number) => void;
}

/** The names that fit what is being written; the field keeps the focus. */
export function Completions({ id, found, at, onPick }: Props): JSX.Element {
  return (
    <div class="completions" id={id} role="listbox" aria-label={t("composer.mentions")}>
      {found.map((user, index) => (
        <div
          key={user.username}
          id={`${id}-${index}`}
          class="completion"
          role="option"
          aria-selected={index === at}
          tabIndex={-1}
          onMouseDown={(event) => {
            event.preventDefault();
            onPick(index);
          }}
        >
          <Avatar user={user} size={24} />
          <bdi class="completion-name">{user.name}</bdi>
          <span class="completion-username">@{user.username}</span>
        </div>
      ))}
    </div>
  );
}
