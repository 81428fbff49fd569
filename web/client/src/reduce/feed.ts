// The private feed: what concerns the user alone.

import type { Event, NotificationThread, User } from "../generated/protocol.ts";
import type { NotificationsState, State } from "../state.ts";
import { withEntry, without } from "./map.ts";

/** Events that stand in the feed only. */
export type FeedEvent = Extract<
  Event,
  {
    type:
      | "contact.changed"
      | "read.changed"
      | "notification.changed"
      | "notification.seen"
      | "profile.changed"
      | "conversation.muted";
  }
>;

/** How many threads are kept while the feed is not loaded. */
const NEWEST = 20;

const FEED_TYPES: ReadonlySet<string> = new Set<FeedEvent["type"]>([
  "contact.changed",
  "read.changed",
  "notification.changed",
  "notification.seen",
  "profile.changed",
  "conversation.muted",
]);

/** Whether an event belongs to the feed. */
export function isFeedEvent(event: Event): event is FeedEvent {
  return FEED_TYPES.has(event.type);
}

/** The next event of the feed, or a note that there is a gap. */
export function followFeed(state: State, event: Event): State {
  const feed = state.feed ?? { id: event.conversation, upto: 0, known: 0 };
  if (event.seq <= feed.upto) return state;
  const known = Math.max(feed.known, event.seq);
  if (event.seq !== feed.upto + 1) return { ...state, feed: { ...feed, known } };
  return applyFeed({ ...state, feed: { ...feed, upto: event.seq, known } }, event);
}

function applyFeed(state: State, event: Event): State {
  switch (event.type) {
    case "contact.changed":
      return contactChanged(state, event);
    case "read.changed":
      return readChanged(state, event);
    case "notification.changed":
      return {
        ...state,
        unnamed: unnamedIn(state, event.thread.actors),
        notifications: threadChanged(state, event.thread, event.unseen),
      };
    case "notification.seen":
      return { ...state, notifications: threadsSeen(state.notifications, event) };
    case "profile.changed":
      return profileChanged(state, event.user);
    case "conversation.muted":
      return muted(state, event);
    default:
      return state;
  }
}

/** A contact relation as it is now. One that is over and not blocked is no longer listed. */
export function contactChanged(
  state: State,
  event: Pick<Extract<Event, { type: "contact.changed" }>, "contact">,
): State {
  const { contact } = event;
  const name = contact.user.username;
  const over = contact.state === "none" && !contact.blocked;
  const contacts = over ? without(state.contacts, name) : withEntry(state.contacts, name, contact);
  return { ...state, contacts, users: withEntry(state.users, name, contact.user) };
}

function readChanged(state: State, event: Extract<Event, { type: "read.changed" }>): State {
  const record = state.conversations.get(event.of);
  // What was read here and is on its way to the server is newer.
  if (!record || event.read < record.read) return state;
  const changed = {
    ...record,
    read: event.read,
    // The server counted before what came here since; up to the head nothing is unread.
    unread: event.read >= record.head ? 0 : event.unread,
    mentions: event.read >= record.head ? 0 : event.mentions,
    marked_unread: event.marked_unread,
    // What is on its way here and was counted there must not be counted again.
    counted: event.head,
  };
  return { ...state, conversations: withEntry(state.conversations, event.of, changed) };
}

function muted(state: State, event: Extract<Event, { type: "conversation.muted" }>): State {
  const record = state.conversations.get(event.of);
  if (!record) return state;
  const changed = { ...record, muted_until: event.until };
  return { ...state, conversations: withEntry(state.conversations, event.of, changed) };
}

function profileChanged(state: State, user: User): State {
  const { created_at, operator } = state.me;
  return {
    ...state,
    me: { ...user, created_at, operator },
    users: withEntry(state.users, user.username, user),
  };
}

function threadChanged(
  state: State,
  changed: NotificationThread,
  total: number,
): NotificationsState {
  const { notifications } = state;
  const read = isReadHere(state, changed);
  const thread = read ? { ...changed, unseen: 0 } : changed;
  const unseen = read ? Math.max(0, total - changed.unseen) : total;
  const others = notifications.threads.filter((each) => each.id !== thread.id);
  const threads = thread.count > 0 ? [thread, ...others] : others;
  // Before the feed is loaded, the newest are enough to know what reading makes seen.
  return {
    ...notifications,
    unseen,
    threads: notifications.loaded ? threads : threads.slice(0, NEWEST),
  };
}

/** The user has read on: threads about what was read are seen, before the server says so. */
export function seenByReading(state: State): State {
  const { notifications } = state;
  let unseen = notifications.unseen;
  const threads = notifications.threads.map((thread) => {
    if (!isReadHere(state, thread)) return thread;
    unseen -= thread.unseen;
    return { ...thread, unseen: 0 };
  });
  if (unseen === notifications.unseen) return state;
  return { ...state, notifications: { ...notifications, threads, unseen: Math.max(0, unseen) } };
}

/**
 * Whether a thread tells of messages that were all read here before it came: its newest was. The
 * server hears of that later than it makes the thread, or heard of it before.
 */
export function isReadHere(state: State, thread: NotificationThread): boolean {
  if (thread.unseen === 0 || (thread.kind !== "mention" && thread.kind !== "message")) return false;
  const record = state.conversations.get(thread.conversation ?? "");
  return record !== undefined && (thread.message ?? Number.POSITIVE_INFINITY) <= record.read;
}

/**
 * The feed from a place on is to be read again: an answer is from then, and what came meanwhile
 * was applied before it. Each event of the feed says how things are, so twice does no harm.
 */
export function rereadFeed(state: State, from: number | undefined): State {
  const { feed } = state;
  if (!feed || from === undefined || from >= feed.upto) return state;
  return { ...state, feed: { ...feed, upto: from } };
}

function threadsSeen(
  notifications: NotificationsState,
  event: Extract<Event, { type: "notification.seen" }>,
): NotificationsState {
  const all = event.threads.length === 0;
  const threads = notifications.threads.map((each) =>
    each.unseen > 0 && (all || event.threads.includes(each.id)) ? { ...each, unseen: 0 } : each,
  );
  return { ...notifications, unseen: event.unseen, threads };
}

/** The names still to be looked up, with those that are not known among `names`. */
export function unnamedIn(
  state: State,
  names: readonly (string | undefined)[],
): ReadonlySet<string> {
  const unknown = names.filter(
    (name): name is string =>
      name !== undefined && !state.users.has(name) && !state.unnamed.has(name),
  );
  return unknown.length === 0 ? state.unnamed : new Set([...state.unnamed, ...unknown]);
}
