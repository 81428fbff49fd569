import type { User } from "@switchboard/client";

/** A mention being written: where its `@` stands, and what follows. */
export interface MentionQuery {
  readonly from: number;
  readonly word: string;
}

const SHOWN = 8;
/** An `@` at the start of a word, and up to 40 signs of a name before the caret. */
const BEFORE = /(?:^|[\s([{"'“‘、。（「])@([^\s@]{0,40})$/u;

/** The mention that ends at the caret. */
export function mentionBefore(text: string, caret: number): MentionQuery | null {
  const match = BEFORE.exec(text.slice(Math.max(0, caret - 50), caret));
  const word = match?.[1];
  return word === undefined ? null : { from: caret - word.length - 1, word: word.toLowerCase() };
}

/** Members whose username or name, or a word of it, begins so; usernames first. */
export function matchMembers(
  members: readonly User[],
  word: string,
  nameOf: (user: User) => string,
): User[] {
  const rank = (user: User): number => {
    const name = nameOf(user).toLowerCase();
    if (user.username.startsWith(word)) return 0;
    if (name.startsWith(word)) return 1;
    return name.split(/\s+/u).some((part) => part.startsWith(word)) ? 2 : 3;
  };
  return members
    .map((user) => ({ user, rank: rank(user) }))
    .filter((each) => each.rank < 3)
    .sort((a, b) => a.rank - b.rank || a.user.username.localeCompare(b.user.username))
    .slice(0, SHOWN)
    .map((each) => each.user);
}
