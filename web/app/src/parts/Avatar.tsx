import type { PresenceState, User } from "@switchboard/client";
import type { JSX } from "preact";
import { picture } from "../session/pictures.ts";
import { Icon, type IconName } from "./Icon.tsx";

interface Props {
  user: Pick<User, "username" | "name" | "avatar" | "deleted">;
  size?: number;
  presence?: PresenceState | undefined;
}

/** The picture of a user, else letters on a colour of their own. The ring tells presence. */
export function Avatar({ user, size = 36, presence }: Props): JSX.Element {
  const address = picture(user.avatar).value;
  return (
    <span
      class="avatar"
      style={{ "--size": `${size}px`, "--hue": hue(user.username) }}
      aria-hidden="true"
    >
      {address ? (
        <img src={address} alt="" width={size} height={size} decoding="async" />
      ) : (
        <span class="avatar-letters">{letters(user.name || user.username)}</span>
      )}
      {presence && <span class={`ring ring-${presence}`} />}
    </span>
  );
}

/** The sign of a conversation of many. */
export function ConversationSign({
  id,
  title,
  icon,
  size = 36,
}: {
  id: string;
  title: string;
  icon?: IconName;
  size?: number;
}): JSX.Element {
  return (
    <span
      class="avatar avatar-square"
      style={{ "--size": `${size}px`, "--hue": hue(id) }}
      aria-hidden="true"
    >
      <span class="avatar-letters">
        {icon ? <Icon name={icon} size={Math.round(size / 2)} /> : letters(title)}
      </span>
    </span>
  );
}

const SEGMENTS = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const WIDE =
  /[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]|\p{Extended_Pictographic}/u;

/** One or two letters for a name: whole graphemes, and only one where they are wide. */
export function letters(name: string): string {
  const words = name
    .trim()
    .split(/[\s._-]+/u)
    .filter((word) => /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(word));
  const first = grapheme(words[0] ?? name.trim());
  if (WIDE.test(first) || words.length < 2) return first.toLocaleUpperCase();
  return (first + grapheme(words[words.length - 1] ?? "")).toLocaleUpperCase();
}

function grapheme(word: string): string {
  return SEGMENTS.segment(word)[Symbol.iterator]().next().value?.segment ?? "?";
}

/** An angle on the colour wheel that stays the same for an id. */
export function hue(id: string): number {
  let hash = 2166136261;
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 16777619);
  return (hash >>> 0) % 360;
}
