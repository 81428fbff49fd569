// Events of conversations' logs, live or read to close a gap, and pages of history.

import type {
  Conversation,
  Event,
  GetHistory,
  GetLog,
  History,
  Log,
  User,
} from "../generated/protocol.ts";
import { pendingRows } from "../select.ts";
import type { ConversationState, State, Timeline } from "../state.ts";
import { advance, makesStale, upsert } from "./conversation.ts";
import { followFeed, isFeedEvent, seenByReading, unnamedIn } from "./feed.ts";
import { withEntry, without } from "./map.ts";
import { dropSent, dropShown } from "./outbox.ts";
import { typingStopped } from "./signals.ts";
import { follow, mergeLog, mergePage } from "./timeline.ts";

/** A longer gap is not read from the log: a snapshot and the newest page are cheaper. */
export const GAP = 1_000;

/** An event, from wherever it comes: applied once, in order; a gap is only noted. */
export function applyEvent(state: State, event: Event): State {
  if (isFeedEvent(event) || event.conversation === state.feed?.id) return followFeed(state, event);
  const record = state.conversations.get(event.conversation);
  if (!record) {
    const seen = state.stale.get(event.conversation) ?? 0;
    const stale = withEntry(state.stale, event.conversation, Math.max(seen, event.seq));
    return { ...state, stale };
  }
  return followTimeline(followRecord(state, record, event), event);
}

/** A piece of the log that was asked for to close a gap. */
export function applyLog(state: State, asked: GetLog, log: Log): State {
  if (asked.conversation === state.feed?.id) return applyFeedLog(state, log);
  const record = state.conversations.get(asked.conversation);
  if (!record) return state;
  let next = state;
  if (log.first > record.head + 1) {
    // The log was cut off before what is known here: only a snapshot can tell.
    next = { ...next, stale: withEntry(next.stale, asked.conversation, log.head) };
  }
  for (const event of log.events) next = applyEvent(next, event);
  return confirmKnown(cutTimeline(next, asked.conversation, log), asked.conversation, log);
}

/** A page of history. */
export function applyHistory(state: State, asked: GetHistory, page: History): State {
  const named = learnUsers(state, page.users);
  const id = asked.conversation;
  const timeline = mergePage(named.timelines.get(id), asked, page, named.me.username);
  if (!timeline) return named;
  const timelines = withEntry(named.timelines, id, timeline);
  const record = named.conversations.get(id);
  const known = Math.max(record?.known ?? 0, page.head);
  const conversations = record
    ? withEntry(named.conversations, id, known === record.known ? record : { ...record, known })
    : named.conversations;
  return dropShown({ ...named, timelines, conversations }, timeline.rows);
}

/** A conversation's record as the server shows it now. */
export function applyConversation(state: State, snapshot: Conversation): State {
  const { id } = snapshot;
  const wanted = state.stale.get(id) ?? 0;
  const record = upsert(state.conversations.get(id), snapshot, wanted);
  const stale = snapshot.head >= wanted ? without(state.stale, id) : state.stale;
  const conversations = withEntry(state.conversations, id, record);
  const timeline = state.timelines.get(id);
  const lost = timeline && record.head - timeline.upto > GAP;
  const timelines = lost ? without(state.timelines, id) : state.timelines;
  return dropSent({ ...state, conversations, stale, timelines }, id);
}

/** Profiles that came with a reply. */
export function learnUsers(state: State, users: readonly User[]): State {
  const news = users.filter((user) => {
    const present = state.users.get(user.username);
    return !present || JSON.stringify(present) !== JSON.stringify(user);
  });
  const named = users.some((user) => state.unnamed.has(user.username));
  if (news.length === 0 && !named) return state;
  const known = new Map(state.users);
  const unnamed = new Set(state.unnamed);
  for (const user of users) {
    known.set(user.username, user);
    unnamed.delete(user.username);
  }
  return { ...state, users: known, unnamed };
}

/** Forgets a conversation; of one to which messages did not go out, its name and those stay. */
export function forgetConversation(state: State, id: string): State {
  const record = state.conversations.get(id);
  const kept = record && pendingRows(state, id).length > 0 ? closed(record) : undefined;
  return {
    ...state,
    conversations: kept
      ? withEntry(state.conversations, id, kept)
      : without(state.conversations, id),
    timelines: kept
      ? withEntry(state.timelines, id, emptyUpTo(kept.head))
      : without(state.timelines, id),
    typing: without(state.typing, id),
    stale: without(state.stale, id),
  };
}

/** A conversation of which the server shows nothing more. */
function closed(record: ConversationState): ConversationState {
  const standing = record.standing === "banned" ? "banned" : "left";
  const { last: _, marked_unread: __, role: ___, markers: ____, ...rest } = record;
  return { ...rest, standing, can: [], unread: 0, mentions: 0, known: record.head };
}

/** There is nothing to load: what was there may not be seen any longer. */
function emptyUpTo(head: number): Timeline {
  return { rows: [], from: 1, to: head, at_start: true, upto: head };
}

function followRecord(state: State, record: ConversationState, event: Event): State {
  const id = event.conversation;
  if (event.seq > record.head + 1) {
    if (event.seq <= record.known) return state;
    return putRecord(state, { ...record, known: event.seq });
  }
  if (event.seq <= record.head) return state;
  const me = state.me.username;
  const member = "member" in event ? event.member : undefined;
  let next = putRecord(state, advance(record, event, me));
  next = { ...next, unnamed: unnamedIn(next, [event.sender, member]) };
  if (makesStale(record, event, me)) {
    next = { ...next, stale: withEntry(next.stale, id, event.seq) };
  }
  if (event.type !== "message.created") return next;
  next = typingStopped(next, id, event.sender);
  if (event.sender !== me) return next;
  // Who writes has read.
  next = seenByReading(next);
  return next.timelines.has(id) ? next : dropSent(next, id, event);
}

function followTimeline(state: State, event: Event): State {
  const id = event.conversation;
  const timeline = state.timelines.get(id);
  const next = timeline && follow(timeline, event, state.me.username);
  if (!next || next === timeline) return state;
  const followed = { ...state, timelines: withEntry(state.timelines, id, next) };
  const mine = event.type === "message.created" && event.sender === state.me.username;
  return mine ? dropSent(followed, id, event) : followed;
}

function applyFeedLog(state: State, log: Log): State {
  const feed = state.feed;
  if (!feed) return state;
  if (log.first > feed.upto + 1) return { ...state, needs_sync: true };
  let next: State = { ...state, feed: { ...feed, known: Math.max(log.head, feed.upto) } };
  for (const event of log.events) next = followFeed(next, event);
  return next;
}

/** Drops a window whose gap cannot be filled. */
function cutTimeline(state: State, id: string, log: Log): State {
  const timeline = state.timelines.get(id);
  if (!timeline || mergeLog(timeline, log, state.me.username)) return state;
  return { ...state, timelines: without(state.timelines, id) };
}

/** The head that came with the log is the truth about how far it reaches. */
function confirmKnown(state: State, id: string, log: Log): State {
  const record = state.conversations.get(id);
  if (!record) return state;
  const known = Math.max(record.head, log.head);
  return known === record.known ? state : putRecord(state, { ...record, known });
}

function putRecord(state: State, record: ConversationState): State {
  return { ...state, conversations: withEntry(state.conversations, record.id, record) };
}
