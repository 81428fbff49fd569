import type { Ability, Conversation } from "@switchboard/client";

/** What the server told that one may do in a conversation. */
export function may(conversation: Conversation, ability: Ability): boolean {
  return conversation.can?.includes(ability) ?? false;
}
