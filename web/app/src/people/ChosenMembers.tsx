import type { User } from "@switchboard/client";
import type { JSX } from "preact";
import { t } from "../i18n/i18n.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Icon } from "../parts/Icon.tsx";

/** Who will be added; a click takes them out again. */
export function ChosenMembers({
  members,
  onRemove,
}: {
  members: readonly User[];
  onRemove: (user: User) => void;
}): JSX.Element | null {
  if (members.length === 0) return null;
  return (
    <ul class="chosen" aria-label={t("create.members")}>
      {members.map((user) => (
        <li key={user.username}>
          <button
            type="button"
            onClick={() => onRemove(user)}
            aria-label={t("create.members.remove", { name: user.name })}
          >
            <Avatar user={user} size={22} />
            <bdi>{user.name}</bdi>
            <Icon name="close" size={14} />
          </button>
        </li>
      ))}
    </ul>
  );
}
