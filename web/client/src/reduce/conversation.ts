// A conversation's record: the server's snapshot, continued by live events.

import type { Conversation, Event, Marker, MessageCreatedEvent } from "../generated/protocol.ts";
import type { ConversationState, Timeline } from "../state.ts";
import { type Amendable, type Amendment, amended, unreactedTo, isAmendment } from "./amend.ts";

/** The next event of the log, applied to the record; the caller has checked that it is the next. */
export function advance(record: ConversationState, event: Event, me: string): ConversationState {
  const { seq, at } = event;
  const known = Math.max(record.known, seq);
  if (isAmendment(event)) {
    return { ...record, head: seq, known, last: amendLast(record.last, event) };
  }
  const next = { ...record, head: seq, known, active_at: at };
  switch (event.type) {
    case "message.created":
      return written(next, event, me);
    case "conversation.created":
      return { ...next, title: event.title ?? next.title };
    case "conversation.updated":
      return {
        ...next,
        title: event.title ?? next.title,
        topic: event.topic === undefined ? next.topic : event.topic || undefined,
        public: event.public ?? next.public,
      };
    case "member.joined":
      return { ...next, members: event.members };
    case "member.declined":
      return event.member === me ? { ...next, standing: "left", role: undefined, can: [] } : next;
    case "member.left":
    case "member.removed":
    case "member.banned":
      return parted(next, event, me);
    case "member.role_changed":
      return event.member === me ? { ...next, role: event.role } : next;
    default:
      return next;
  }
}

/** Whether after an event the record is better read again: rights or counts changed unseen. */
export function makesStale(record: ConversationState, event: Event, me: string): boolean {
  switch (event.type) {
    case "member.joined":
    case "member.invited":
    case "member.unbanned":
    case "member.role_changed":
      return event.member === me || record.kind === "direct";
    case "conversation.transferred":
      return event.member === me || event.sender === me;
    case "message.edited":
      return event.message > record.read && (record.mentions > 0 || !!event.mentions?.includes(me));
    case "message.retracted":
      return event.message > record.read && record.mentions > 0;
    default:
      return false;
  }
}

/** A snapshot from the server, joined with what is known to be newer here. */
export function upsert(
  old: ConversationState | undefined,
  snapshot: Conversation,
  known: number,
): ConversationState {
  if (!old) return { ...snapshot, known: Math.max(known, snapshot.head) };
  if (snapshot.head < old.head) return { ...old, known: Math.max(known, old.known) };
  const merged: ConversationState = {
    ...snapshot,
    last: snapshot.last ?? old.last,
    markers:
      snapshot.markers && mergeMarkers(snapshot.markers, ofSame(old.markers, snapshot.markers)),
    known: Math.max(known, old.known, snapshot.head),
  };
  if (old.read <= snapshot.read) return merged;
  // Read here, not yet told to the server.
  const all = old.read >= snapshot.head;
  return {
    ...merged,
    read: old.read,
    unread: all ? 0 : snapshot.unread,
    mentions: all ? 0 : snapshot.mentions,
    marked_unread: old.marked_unread,
  };
}

/** The record after the user has read up to a place. */
export function markedRead(
  record: ConversationState,
  seq: number,
  timeline: Timeline | undefined,
  me: string,
): ConversationState {
  const read = Math.max(record.read, Math.min(seq, record.head));
  if (read === record.read && !record.marked_unread) return record;
  const { marked_unread: _, ...rest } = record;
  return { ...rest, read, ...unreadAfter(record, read, timeline, me) };
}

/** Someone's markers moved. They never go back. */
export function markerMoved(record: ConversationState, marker: Marker): ConversationState {
  const markers = mergeMarkers(record.markers, [marker]);
  return markers === record.markers ? record : { ...record, markers };
}

function written(
  record: ConversationState,
  event: MessageCreatedEvent,
  me: string,
): ConversationState {
  const { seq, sender, mentions } = event;
  const last = unreactedTo(event);
  // Who writes has read.
  if (sender === me) {
    return { ...record, last, read: seq, unread: 0, mentions: 0, marked_unread: undefined };
  }
  const moved =
    sender && record.markers
      ? markerMoved(record, { user: sender, delivered: seq, read: seq })
      : record;
  if (seq <= Math.max(record.read, record.counted ?? 0)) return { ...moved, last };
  const named = mentions?.includes(me) ? 1 : 0;
  return { ...moved, last, unread: record.unread + 1, mentions: record.mentions + named };
}

function parted(
  record: ConversationState,
  event: Extract<Event, { type: "member.left" | "member.removed" | "member.banned" }>,
  me: string,
): ConversationState {
  const markers = record.markers?.filter((each) => each.user !== event.member);
  const { members } = event;
  if (event.member !== me) return { ...record, members, markers };
  const standing = event.type === "member.banned" ? "banned" : "left";
  return { ...record, members, markers, standing, role: undefined, can: [] };
}

function amendLast(last: Event | undefined, event: Amendment): Event | undefined {
  if (last?.type !== "message.created" || last.seq !== event.message) return last;
  const changes = amended(last as Amendable, event) as Partial<MessageCreatedEvent>;
  return { ...last, ...changes };
}

function unreadAfter(
  record: ConversationState,
  read: number,
  timeline: Timeline | undefined,
  me: string,
): { unread: number; mentions: number } {
  if (read >= record.head) return { unread: 0, mentions: 0 };
  const covered = timeline && timeline.from <= read + 1 && timeline.to >= record.head;
  const rows = (timeline?.rows ?? []).filter((row) => row.kind === "message" && !row.mine);
  const counted = rows.filter((row) => (row.seq ?? 0) > (covered ? read : record.read));
  const part = covered ? counted : counted.filter((row) => (row.seq ?? 0) <= read);
  const named = part.filter((row) => row.kind === "message" && row.mentions.includes(me)).length;
  if (covered) return { unread: part.length, mentions: named };
  return {
    unread: Math.max(0, record.unread - part.length),
    mentions: Math.max(0, record.mentions - named),
  };
}

function ofSame(markers: readonly Marker[] | undefined, present: readonly Marker[]): Marker[] {
  return (markers ?? []).filter((marker) => present.some((each) => each.user === marker.user));
}

function mergeMarkers(
  old: readonly Marker[] | undefined,
  newer: readonly Marker[] | undefined,
): Marker[] | undefined {
  if (!newer || newer.length === 0) return old as Marker[] | undefined;
  const byUser = new Map((old ?? []).map((marker) => [marker.user, marker]));
  let changed = false;
  for (const marker of newer) {
    const present = byUser.get(marker.user);
    const delivered = Math.max(present?.delivered ?? 0, marker.delivered, marker.read);
    const read = Math.max(present?.read ?? 0, marker.read);
    if (present && present.delivered === delivered && present.read === read) continue;
    byUser.set(marker.user, { user: marker.user, delivered, read });
    changed = true;
  }
  return changed ? [...byUser.values()] : (old as Marker[]);
}
