import { type User, presenceOf } from "@switchboard/client";
import type { ComponentChildren, JSX } from "preact";
import { Avatar } from "../parts/Avatar.tsx";
import { usePart } from "../session/session.ts";

/** A person in a list, with what can be done at the end. */
export function PersonRow({
  user,
  note,
  children,
}: {
  user: User;
  note?: string | undefined;
  children?: ComponentChildren;
}): JSX.Element {
  const presence = usePart((state) => presenceOf(state, user.username)?.state, [user.username]);
  const nickname = usePart((state) => state.contacts.get(user.username)?.nickname, [user.username]);
  return (
    <li class="person">
      <Avatar user={user} presence={presence === "offline" ? undefined : presence} />
      <span class="person-words">
        <bdi class="person-name">{nickname || user.name}</bdi>
        <span class="soft">
          @{user.username}
          {nickname ? (
            <>
              {" "}
              · <bdi>{user.name}</bdi>
            </>
          ) : null}
        </span>
        {note && (
          <span class="person-note" dir="auto">
            {note}
          </span>
        )}
      </span>
      <span class="person-acts">{children}</span>
    </li>
  );
}
