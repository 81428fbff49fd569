import type { Event, State } from "@switchboard/client";
import { type Key, t } from "../i18n/i18n.ts";
import { nameIn } from "../session/names.ts";

type About =
  | "event.added"
  | "event.invited"
  | "event.removed"
  | "event.banned"
  | "event.unbanned"
  | "event.admin"
  | "event.member"
  | "event.transferred";
type Plain =
  | "event.created"
  | "event.joined"
  | "event.declined"
  | "event.left"
  | "event.titled"
  | "event.topic"
  | "event.topicRemoved"
  | "event.public"
  | "event.private";

/** What happened, as a sentence; empty for what needs none. */
export function noteWords(state: State, event: Event): string {
  const sender = event.sender;
  const plain = (key: Plain, who = sender, values: Record<string, string> = {}): string =>
    t(who === state.me.username ? (`${key}.you` satisfies Key) : key, {
      name: name(state, who),
      ...values,
    });
  const about = (key: About, member: string): string => {
    const side =
      sender === state.me.username ? ".you" : member === state.me.username ? ".self" : "";
    return t(`${key}${side}` satisfies Key, {
      name: name(state, sender),
      member: name(state, member),
    });
  };
  switch (event.type) {
    case "conversation.created":
      return plain("event.created");
    case "conversation.updated":
      return updated(event, plain);
    case "member.joined":
      // Who begins a conversation joins it in the same breath.
      if (event.role === "owner") return "";
      return sender === undefined || sender === event.member
        ? plain("event.joined", event.member)
        : about("event.added", event.member);
    case "member.declined":
      return plain("event.declined", event.member);
    case "member.left":
      return plain("event.left", event.member);
    case "member.invited":
      return about("event.invited", event.member);
    case "member.removed":
      return about("event.removed", event.member);
    case "member.banned":
      return about("event.banned", event.member);
    case "member.unbanned":
      return about("event.unbanned", event.member);
    case "member.role_changed":
      return about(event.role === "admin" ? "event.admin" : "event.member", event.member);
    case "conversation.transferred":
      return about("event.transferred", event.member);
    default:
      return "";
  }
}

function updated(
  event: Extract<Event, { type: "conversation.updated" }>,
  plain: (key: Plain, who?: string, values?: Record<string, string>) => string,
): string {
  const sentences: string[] = [];
  if (event.title !== undefined)
    sentences.push(plain("event.titled", event.sender, { title: event.title }));
  if (event.topic) sentences.push(plain("event.topic", event.sender, { topic: event.topic }));
  if (event.topic === "") sentences.push(plain("event.topicRemoved", event.sender));
  if (event.public !== undefined)
    sentences.push(plain(event.public ? "event.public" : "event.private", event.sender));
  return sentences.join(" ");
}

function name(state: State, username: string | undefined): string {
  return username === undefined ? t("event.server") : nameIn(state, username);
}
