import type { ConversationKind, MessageRow, NoteRow, Row } from "@switchboard/client";
import { dayKey } from "../time/format.ts";

/** Messages of one author closer than this are one group. */
export const GROUP_MS = 5 * 60_000;

/** What is drawn: a message with its place in its group, a sentence, or the divider. */
export type Drawn =
  | {
      readonly kind: "message";
      readonly key: string;
      readonly row: MessageRow;
      readonly first: boolean;
      readonly last: boolean;
    }
  | { readonly kind: "note"; readonly key: string; readonly row: NoteRow }
  | { readonly kind: "unread"; readonly key: "unread" };

/** All that is drawn for a local day. */
export interface Day {
  readonly key: string;
  readonly at: string;
  readonly drawn: readonly Drawn[];
}

/** How a direct conversation began is no news to the two in it. */
export function worthShowing(rows: readonly Row[], kind: ConversationKind): readonly Row[] {
  if (kind !== "direct") return rows;
  return rows.filter((row) => row.kind === "message" || !BEGINNINGS.has(row.event.type));
}

const BEGINNINGS: ReadonlySet<string> = new Set([
  "conversation.created",
  "member.joined",
  "member.invited",
]);

/** Sorts rows into days and groups; `readUpTo` is where the divider goes, null for none. */
export function arrange(rows: readonly Row[], readUpTo: number | null): Day[] {
  const days: { key: string; at: string; drawn: Drawn[] }[] = [];
  let divided = readUpTo === null;
  let previous: MessageRow | null = null;
  for (const row of rows) {
    const key = dayKey(row.at);
    let day = days[days.length - 1];
    if (day?.key !== key) {
      day = { key, at: row.at, drawn: [] };
      days.push(day);
      previous = null;
    }
    if (!divided && isUnread(row, readUpTo ?? 0)) {
      divided = true;
      previous = null;
      day.drawn.push({ kind: "unread", key: "unread" });
    }
    if (row.kind === "note") {
      day.drawn.push({ kind: "note", key: row.key, row });
      previous = null;
      continue;
    }
    const first = !previous || !together(previous, row);
    if (!first) continueGroup(day.drawn);
    day.drawn.push({ kind: "message", key: row.key, row, first, last: true });
    previous = row;
  }
  return days;
}

function isUnread(row: Row, readUpTo: number): boolean {
  return row.kind === "message" && !row.mine && row.seq !== undefined && row.seq > readUpTo;
}

function together(before: MessageRow, row: MessageRow): boolean {
  return before.sender === row.sender && Date.parse(row.at) - Date.parse(before.at) < GROUP_MS;
}

function continueGroup(drawn: Drawn[]): void {
  const before = drawn[drawn.length - 1];
  if (before?.kind === "message") drawn[drawn.length - 1] = { ...before, last: false };
}
