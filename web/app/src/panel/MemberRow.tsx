import { type Conversation, type Member, presenceOf } from "@switchboard/client";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { IconButton } from "../parts/Button.tsx";
import { Confirm } from "../parts/Confirm.tsx";
import { Menu } from "../parts/Menu.tsx";
import { toast } from "../parts/Toast.tsx";
import { useName } from "../session/names.ts";
import { useClient, usePart } from "../session/session.ts";
import { errorWords } from "../session/words.ts";
import { type MemberAct, memberActs } from "./member-acts.ts";

interface Props {
  conversation: Conversation;
  member: Member;
  onChanged: () => void;
}

/** One member with their role, and what one may do about them. */
export function MemberRow({ conversation, member, onChanged }: Props): JSX.Element {
  const client = useClient();
  const { username } = member.user;
  const name = useName(username);
  const me = usePart((state) => state.me.username === username, [username]);
  const presence = usePart((state) => presenceOf(state, username)?.state, [username]);
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [asking, setAsking] = useState<MemberAct | null>(null);
  const acts = memberActs(client, conversation, member, me);
  const perform = async (act: MemberAct): Promise<void> => {
    await act.perform();
    onChanged();
  };
  const choose = (act: MemberAct): void => {
    if (act.ask) setAsking(act);
    else perform(act).catch((thrown: unknown) => toast(errorWords(thrown), { alert: true }));
  };
  const role =
    member.standing === "member"
      ? t(`members.role.${member.role}`)
      : t(member.standing === "banned" ? "members.standing.banned" : "members.standing.invited");
  return (
    <li class="person">
      <Avatar user={member.user} presence={presence === "offline" ? undefined : presence} />
      <span class="person-words">
        <bdi class="person-name">{me ? `${name} (${t("common.you")})` : name}</bdi>
        <span class="soft">@{username}</span>
      </span>
      {(member.role !== "member" || member.standing !== "member") && (
        <span class="tag">{role}</span>
      )}
      {acts.length > 0 && (
        <IconButton
          icon="more"
          label={t("members.actions", { name })}
          aria-haspopup="menu"
          onClick={(event) => setAnchor(event.currentTarget)}
        />
      )}
      {anchor && (
        <Menu
          label={t("members.actions", { name })}
          anchor={anchor}
          onClose={() => setAnchor(null)}
          items={acts.map((act) => ({
            label: t(act.label),
            icon: act.icon,
            danger: act.danger ?? false,
            run: () => choose(act),
          }))}
        />
      )}
      {asking?.ask && (
        <Confirm
          title={t(asking.ask.title, { name })}
          text={t(asking.ask.text)}
          confirm={t(asking.ask.confirm)}
          danger={asking.danger ?? false}
          onConfirm={() => perform(asking)}
          onClose={() => setAsking(null)}
        />
      )}
    </li>
  );
}
