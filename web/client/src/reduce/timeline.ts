// The window of one conversation's log: pages are merged into it, live events go on at its end.

import type { Event, GetHistory, History, Log } from "../generated/protocol.ts";
import type { MessageRow, NoteRow, Row, Timeline } from "../state.ts";
import { type Amendment, amended, unreactedTo, isAmendment } from "./amend.ts";

/** The next event of the log. Undefined when it is not the next: the gap has to be closed first. */
export function follow(timeline: Timeline, event: Event, me: string): Timeline | undefined {
  const { seq } = event;
  if (seq <= timeline.upto) return timeline;
  if (seq !== timeline.upto + 1) return undefined;
  const extended = timeline.to === seq - 1;
  const base = { ...timeline, upto: seq, to: extended ? seq : timeline.to };
  if (isAmendment(event)) return { ...base, rows: amendRow(timeline.rows, event) };
  if (!extended) return base;
  const written = event.type === "message.created" ? unreactedTo(event) : event;
  return { ...base, rows: [...timeline.rows, rowOf(written, me, seq)] };
}

/** A page of history. Undefined when it no longer touches the window it was asked for. */
export function mergePage(
  timeline: Timeline | undefined,
  asked: GetHistory,
  page: History,
  me: string,
): Timeline | undefined {
  const read = pageWindow(asked, page, me);
  if (!timeline || timeline.from > timeline.to) return read;
  const touches = read.from <= timeline.to + 1 && read.to + 1 >= timeline.from;
  if (!touches) return asked.before || asked.after ? undefined : read;
  return {
    rows: mergeRows(timeline.rows, read.rows),
    from: Math.min(timeline.from, read.from),
    to: Math.max(timeline.to, read.to),
    at_start:
      (timeline.at_start && timeline.from <= read.from) ||
      (read.at_start && read.from <= timeline.from),
    // A page older than what was followed: its rows miss what came since, so the log is read again
    // from there. Rows that have it already know by `as_of`.
    upto: Math.min(timeline.upto, page.head),
  };
}

/** A piece of the log, applied as far as it continues; undefined when it begins too late. */
export function mergeLog(timeline: Timeline, log: Log, me: string): Timeline | undefined {
  if (log.first > timeline.upto + 1) return undefined;
  let result = timeline;
  for (const event of log.events) result = follow(result, event, me) ?? result;
  return result;
}

/** The end of a window, to be kept; undefined when the window does not reach the end. */
export function tail(timeline: Timeline, limit: number): Timeline | undefined {
  if (timeline.to < timeline.upto) return undefined;
  if (timeline.rows.length <= limit) return timeline;
  const rows = timeline.rows.slice(-limit);
  return { ...timeline, rows, from: rows[0]?.seq ?? timeline.to + 1, at_start: false };
}

/** The row of an event; `as_of` tells what of later events it has already. */
export function rowOf(event: Event, me: string, as_of: number): Row {
  const { seq, at } = event;
  if (event.type !== "message.created") return { kind: "note", key: `#${seq}`, seq, at, event };
  const mine = event.sender === me;
  return {
    kind: "message",
    // Only one's own client ids are sure to be unique: another user may repeat an id.
    key: mine && event.client_id ? event.client_id : `#${seq}`,
    seq,
    at,
    sender: event.sender ?? "",
    mine,
    client_id: event.client_id,
    text: event.text,
    reply_to: event.reply_to,
    mentions: event.mentions ?? [],
    extensions: event.extensions ?? {},
    edited: event.edited,
    retracted: event.retracted ?? false,
    reactions: event.reactions ?? [],
    as_of,
  };
}

function pageWindow(asked: GetHistory, page: History, me: string): Timeline {
  const items = page.items.filter((event) => !isAmendment(event));
  return {
    rows: items.map((event) => rowOf(event, me, page.head)),
    from: asked.after !== undefined ? asked.after + 1 : (page.prev ?? 1),
    to: asked.before !== undefined ? asked.before - 1 : (page.next ?? page.head),
    at_start: asked.after === undefined && page.prev === undefined,
    upto: page.head,
  };
}

function mergeRows(old: readonly Row[], read: readonly Row[]): readonly Row[] {
  const bySeq = new Map<number, Row>();
  for (const row of old) if (row.seq !== undefined) bySeq.set(row.seq, row);
  for (const row of read) {
    if (row.seq === undefined) continue;
    const present = bySeq.get(row.seq);
    if (!present || asOf(present) < asOf(row)) bySeq.set(row.seq, settle(present, row));
  }
  return [...bySeq.values()].sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
}

/** The newer row; its identity stays when it says the same. */
function settle(present: Row | undefined, newer: Row): Row {
  if (!present) return newer;
  const aged = present.kind === "message" ? { ...present, as_of: asOf(newer) } : present;
  return JSON.stringify(aged) === JSON.stringify(newer) ? present : newer;
}

function asOf(row: MessageRow | NoteRow): number {
  return row.kind === "message" ? row.as_of : Number.POSITIVE_INFINITY;
}

function amendRow(rows: readonly Row[], event: Amendment): readonly Row[] {
  const index = indexOf(rows, event.message);
  const row = rows[index];
  if (row?.kind !== "message" || row.as_of >= event.seq) return rows;
  const copy = [...rows];
  copy[index] = { ...row, ...(amended(row, event) as Partial<MessageRow>), as_of: event.seq };
  return copy;
}

/** Where a place is among rows in order; -1 when it is not. */
export function indexOf(rows: readonly Row[], seq: number): number {
  let low = 0;
  let high = rows.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = rows[middle]?.seq ?? 0;
    if (found === seq) return middle;
    if (found < seq) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
