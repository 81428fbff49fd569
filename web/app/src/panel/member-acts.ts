import type { Client, Conversation, Member } from "@switchboard/client";
import type { Key } from "../i18n/i18n.ts";
import type { IconName } from "../parts/Icon.tsx";
import { may } from "../session/may.ts";
import { openAt } from "../session/route.ts";

/** Something that can be done about a member. */
export interface MemberAct {
  readonly label: Key;
  readonly icon: IconName;
  readonly danger?: boolean;
  /** Asked before it is done. */
  readonly ask?: { readonly title: Key; readonly text: Key; readonly confirm: Key };
  readonly perform: () => Promise<unknown>;
}

/** What the reader may do about a member, as far as the server told. It judges again itself. */
export function memberActs(
  client: Client,
  conversation: Conversation,
  member: Member,
  me: boolean,
): MemberAct[] {
  const { id: where } = conversation;
  const target = { conversation: where, username: member.user.username };
  const acts: (MemberAct | false)[] = [];
  if (!me && member.standing === "member") {
    acts.push({
      label: "members.message",
      icon: "message",
      perform: async () =>
        openAt(
          (await client.command("conversation.direct", { username: member.user.username }))
            .conversation.id,
        ),
    });
  }
  if (me || member.role === "owner") return acts.filter((act) => act !== false);
  const below = conversation.role === "owner" || member.role === "member";
  const moderate = may(conversation, "moderate") && below;
  const active = member.standing === "member";
  acts.push(
    active &&
      may(conversation, "appoint") &&
      (member.role === "member"
        ? {
            label: "members.promote",
            icon: "admin",
            perform: () => client.command("member.role", { ...target, role: "admin" }),
          }
        : {
            label: "members.demote",
            icon: "demote",
            perform: () => client.command("member.role", { ...target, role: "member" }),
          }),
    active &&
      may(conversation, "transfer") && {
        label: "members.transfer",
        icon: "owner",
        danger: true,
        ask: {
          title: "members.transfer.title",
          text: "members.transfer.text",
          confirm: "members.transfer.do",
        },
        perform: () => client.command("member.role", { ...target, role: "owner" }),
      },
    member.standing === "invited" &&
      moderate && {
        label: "members.withdraw",
        icon: "remove",
        perform: () => client.command("member.remove", target),
      },
    active &&
      moderate && {
        label: "members.remove",
        icon: "remove",
        danger: true,
        ask: {
          title: "members.remove.title",
          text: "members.remove.text",
          confirm: "members.remove",
        },
        perform: () => client.command("member.remove", target),
      },
    active &&
      moderate && {
        label: "members.ban",
        icon: "ban",
        danger: true,
        ask: { title: "members.ban.title", text: "members.ban.text", confirm: "members.ban" },
        perform: () => client.command("member.ban", target),
      },
    member.standing === "banned" &&
      moderate && {
        label: "members.unban",
        icon: "check",
        perform: () => client.command("member.unban", target),
      },
  );
  return acts.filter((act) => act !== false);
}
