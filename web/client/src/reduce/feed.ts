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
        notifications: threadChanged(state.notifications, event.thread, event.unseen),
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
  notifications: NotificationsState,
  thread: NotificationThread,
  unseen: number,
): NotificationsState {
  if (!notifications.loaded) return { ...notifications, unseen };
  const others = notifications.threads.filter((each) => each.id !== thread.id);
  const threads = thread.count > 0 ? [thread, ...others] : others;
  return { ...notifications, unseen, threads };
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
