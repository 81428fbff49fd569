import { signal } from "@preact/signals";
import { readKept, write } from "../session/prefs.ts";

const KEY = "switchboard.emoji";
const USUAL = ["👍", "❤️", "😂"];
const KEPT = 24;

const recent = signal<readonly string[]>((readKept(KEY) ?? "").split(" ").filter(Boolean));

/** The three reactions that are one click away. */
export function quickEmoji(): readonly string[] {
  return USUAL;
}

/** The emoji used last, newest first. */
export const recentEmoji = (): readonly string[] => recent.value;

/** Notes that an emoji was used. */
export function noteEmoji(emoji: string): void {
  recent.value = [emoji, ...recent.value.filter((each) => each !== emoji)].slice(0, KEPT);
  write(KEY, recent.value.join(" "));
}
