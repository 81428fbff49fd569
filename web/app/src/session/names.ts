import {
  type Conversation,
  type State,
  conversationTitle,
  displayName,
  userOf,
} from "@switchboard/client";
import { list, t } from "../i18n/i18n.ts";
import { plainText } from "../text/plain.ts";
import { usePart } from "./session.ts";

/** How to call a user in sentences; deleted accounts have no name left. */
export function nameIn(state: State, username: string): string {
  return userOf(state, username).deleted ? t("common.deletedUser") : displayName(state, username);
}

/**
 * A text on one line, with the names of those whom it mentions. Where it is not told whom it
 * mentions, everyone who is known counts.
 */
export function plainIn(state: State, text: string, mentions?: readonly string[]): string {
  return plainText(text, (username) =>
    mentions && !mentions.includes(username) ? username : nameIn(state, username),
  );
}

/** How to call a user. */
export function useName(username: string): string {
  return usePart((state) => nameIn(state, username), [username]);
}

/** How to call a conversation. */
export function titleIn(state: State, conversation: Conversation): string {
  return conversation.peer === undefined
    ? conversationTitle(state, conversation)
    : nameIn(state, conversation.peer);
}

/** How to call a conversation. */
export function useTitle(conversation: Conversation): string {
  return usePart((state) => titleIn(state, conversation), [conversation]);
}

/** Some users as a phrase: at most three names, then how many others. */
export function namesIn(
  state: State,
  usernames: readonly string[],
  total = usernames.length,
): string {
  const shown = usernames
    .slice(0, total > 3 ? 2 : 3)
    .map((each) => (each === state.me.username ? t("common.youInside") : nameIn(state, each)));
  const others = total - shown.length;
  return list(others > 0 ? [...shown, t("notifications.others", { count: others })] : shown);
}
